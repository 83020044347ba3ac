-- What brokers work with beside the listing: reference data per tenant (checklists, document types, approval rules,
-- transitions, developments) and the rows of a listing (items, documents, contacts, remarks, approvals, tasks, notes).

-- ===== who may do what with the rows of a listing =====

-- ----- mls.take_tenant_from_listing(): the rows of a listing belong to its tenant, whoever writes them -----
create function mls.take_tenant_from_listing() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  select l.tenant_id into new.tenant_id from public.mls_listings l where l.id = new.listing_id;
  return new;
end $$;
comment on function mls.take_tenant_from_listing() is
  'Trigger: tenant_id is the tenant of the listing. Security definer, so that a listing the user cannot see fails at the policy and not here.';

-- ----- mls.protect_listing_rows(text, text) -----
create function mls.protect_listing_rows(table_name text, own_column text default null) returns void
language plpgsql set search_path = ''
as $$
declare
  tenant constant text := 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[])';
  -- who sees the whole tenant need not look at the listing of every row
  visible constant text := '((select mls.sees_whole_tenant()) or exists (select from public.mls_listings l where l.id = listing_id))';
  writable constant text := 'exists (
    select from public.mls_listings l
    where l.id = listing_id and l.claimed_at is not null and (
      (select mls.sees_whole_tenant())
      or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
      or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))';
  own text := case when own_column is null then '' else format(' or %I = (select mls.current_user_id())', own_column) end;
begin
  execute format('alter table public.%I enable row level security', table_name);
  execute format('alter table public.%I force row level security', table_name);
  execute format('grant select on public.%I to authenticated', table_name);
  execute format('grant select, insert, update, delete on public.%I to service_role', table_name);
  execute format('create policy listing_row_read on public.%I for select to authenticated using (%s and (select mls.can(''r'')) and (%s%s))',
    table_name, tenant, visible, own);
  execute format('create policy listing_row_insert on public.%I for insert to authenticated with check (%s and (select mls.can(''c'')) and %s)',
    table_name, tenant, writable);
  execute format('create policy listing_row_update on public.%1$I for update to authenticated using (%2$s and (select mls.can(''u'')) and (%3$s%4$s)) with check (%2$s and (%3$s%4$s))',
    table_name, tenant, writable, own);
  execute format('create policy listing_row_delete on public.%I for delete to authenticated using (%s and (select mls.can(''d'')) and %s)',
    table_name, tenant, writable);
end $$;
comment on function mls.protect_listing_rows(text, text) is
  'Row level security of a table of listing rows: read what is visible with the listing, write what belongs to a claimed listing in the user''s scope; own_column names the user who may read and change a row of theirs besides. What may be written at all, column by column, is granted beside each table.';

-- ----- mls.protect_reference(text) -----
create function mls.protect_reference(table_name text) returns void
language plpgsql set search_path = ''
as $$
declare
  tenant constant text := 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[])';
begin
  execute format('alter table public.%I enable row level security', table_name);
  execute format('alter table public.%I force row level security', table_name);
  execute format('grant select, delete on public.%I to authenticated', table_name);
  execute format('grant select, insert, update, delete on public.%I to service_role', table_name);
  execute format('create policy reference_read on public.%I for select to authenticated using (%s and (select mls.can(''r'')))', table_name, tenant);
  execute format('create policy reference_insert on public.%I for insert to authenticated with check (%s and (select mls.is_admin()) and (select mls.can(''c'')))', table_name, tenant);
  execute format('create policy reference_update on public.%1$I for update to authenticated using (%2$s and (select mls.is_admin()) and (select mls.can(''u''))) with check (%2$s)', table_name, tenant);
  execute format('create policy reference_delete on public.%I for delete to authenticated using (%s and (select mls.is_admin()) and (select mls.can(''d'')))', table_name, tenant);
end $$;
comment on function mls.protect_reference(text) is
  'Row level security of a reference table: read by everybody of the tenant, written by its administrators.';

-- ----- mls.grant_columns(text, text, text[]) -----
create function mls.grant_columns(table_name text, privilege text, except_columns text[]) returns void
language plpgsql set search_path = ''
as $$
begin
  execute (
    select format('grant %s (%s) on public.%I to authenticated', privilege, string_agg(quote_ident(a.attname), ', ' order by a.attnum), table_name)
    from pg_catalog.pg_attribute a
    where a.attrelid = format('public.%I', table_name)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attidentity = '' and a.attname <> all (except_columns)
  );
end $$;
comment on function mls.grant_columns(text, text, text[]) is
  'Grants insert or update on all columns of a table but those named, to authenticated.';

-- ===== reference data =====

-- ----- mls_status_transitions: which change of status is possible, under which conditions, to whom -----
create table public.mls_status_transitions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  from_status public.mls_listing_status not null,
  to_status public.mls_listing_status not null,
  kind text not null check (kind in ('advance', 'return', 'publish', 'withdraw')),
  guards text[] not null default '{}' check (mls.all_match(guards, '^[a-z_]+(:[A-Z_]+)?$')),
  min_scope text not null default 'self' check (min_scope in ('self', 'team', 'global', 'org_admin', 'system_admin')),
  roles text[] not null default '{}',
  reason_required boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, from_status, to_status),
  check (from_status <> to_status)
);
comment on table public.mls_status_transitions is
  'The workflow as data: a change of status exists where a row says so. Claiming and releasing have functions of their own.';
comment on column public.mls_status_transitions.kind is
  'Which function takes it: advance_listing, return_listing, publish or withdraw.';
comment on column public.mls_status_transitions.guards is
  'Conditions, all of which must hold: names of mls.guard_<name>(listing, argument), with an argument after a colon (approved:MARKETING).';
comment on column public.mls_status_transitions.roles is 'Names of roles (claim sso_role) that may do it; empty means any.';
grant execute on function mls.all_match(text[], text) to authenticated;
create trigger touch before update on public.mls_status_transitions for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_status_transitions');
select mls.grant_columns('mls_status_transitions', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_status_transitions', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_approval_rules: who decides which approval -----
create table public.mls_approval_rules (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  approval_type text not null check (approval_type in ('DUE_DILIGENCE', 'MARKETING', 'MANAGEMENT', 'PRICE_CHANGE')),
  min_scope text not null default 'team' check (min_scope in ('self', 'team', 'global', 'org_admin', 'system_admin')),
  own_allowed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, approval_type)
);
comment on table public.mls_approval_rules is
  'Least scope of who decides an approval, and whether one may decide a request of one''s own. Without a row: team, not one''s own.';
create trigger touch before update on public.mls_approval_rules for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_approval_rules');
select mls.grant_columns('mls_approval_rules', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_approval_rules', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_checklist_templates: the steps of a listing, per role -----
create table public.mls_checklist_templates (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  role text not null check (role in ('BROKER', 'MARKETING', 'FINANCE')),
  step_number integer not null check (step_number > 0),
  title text not null,
  description text,
  stage public.mls_listing_status not null,
  is_required boolean not null default false,
  due_days integer,
  depends_on uuid references public.mls_checklist_templates (id) on delete set null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, role, step_number)
);
comment on table public.mls_checklist_templates is 'Steps that every claimed listing gets. Required ones must be done before the listing leaves their stage.';
create index mls_checklist_templates_depends_on on public.mls_checklist_templates (depends_on) where depends_on is not null;
create trigger touch before update on public.mls_checklist_templates for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_checklist_templates');
select mls.grant_columns('mls_checklist_templates', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_checklist_templates', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_document_type_config: which papers a listing needs -----
create table public.mls_document_type_config (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  code text not null check (code ~ '^[A-Z][A-Z_]*$'),
  name text not null,
  condition text not null default 'ALWAYS' check (condition in ('WITH_TITLE_DEED', 'WITHOUT_TITLE_DEED', 'LAND', 'ALWAYS')),
  stage public.mls_listing_status not null,
  property_types text[] not null default '{}',
  is_required boolean not null default false,
  requires_approval boolean not null default true,
  allowed_mime text[] not null default '{application/pdf,image/jpeg,image/png}',
  max_size_mb integer not null default 50 check (max_size_mb between 1 and 50),
  sort_order integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, code)
);
comment on table public.mls_document_type_config is 'Types of documents, when they are needed and what a file of them may be.';
comment on column public.mls_document_type_config.property_types is 'PropertyType values that it concerns; empty means all.';
create trigger touch before update on public.mls_document_type_config for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_document_type_config');
select mls.grant_columns('mls_document_type_config', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_document_type_config', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_developments, mls_development_buildings: projects -----
create table public.mls_developments (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  name text not null,
  developer_name text,
  developer_contact_id uuid references public.mls_contacts (id) on delete set null,
  city text,
  district text,
  country text,
  latitude double precision,
  longitude double precision,
  status text,
  completion_date date,
  description text,
  origin_project_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, origin_project_key)
);
comment on table public.mls_developments is 'Projects that listings are units of.';
create index mls_developments_developer on public.mls_developments (developer_contact_id) where developer_contact_id is not null;
create trigger touch before update on public.mls_developments for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_developments');
select mls.grant_columns('mls_developments', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_developments', 'update', '{id,tenant_id,created_at,updated_at}');

create table public.mls_development_buildings (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  development_id uuid not null references public.mls_developments (id) on delete cascade,
  name text not null,
  floors integer,
  units_total integer,
  completion_date date,
  status text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_development_buildings is 'Buildings of a project.';
create index mls_development_buildings_tenant on public.mls_development_buildings (tenant_id);
create index mls_development_buildings_development on public.mls_development_buildings (development_id);
create trigger touch before update on public.mls_development_buildings for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_development_buildings');
select mls.grant_columns('mls_development_buildings', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_development_buildings', 'update', '{id,tenant_id,created_at,updated_at}');

alter table public.mls_listings
  add foreign key (development_id) references public.mls_developments (id) on delete set null,
  add foreign key (building_id) references public.mls_development_buildings (id) on delete set null;
create index mls_listings_development on public.mls_listings (development_id) where development_id is not null;
create index mls_listings_building on public.mls_listings (building_id) where building_id is not null;

-- ===== rows of a listing =====

-- ----- mls_listing_checklist_items: steps of one listing; made by the claim, completed by complete_checklist_item -----
create table public.mls_listing_checklist_items (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  template_id uuid not null references public.mls_checklist_templates (id) on delete cascade,
  is_completed boolean not null default false,
  completed_at timestamptz,
  completed_by uuid,
  notes text,
  due_date date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (listing_id, template_id),
  check (is_completed = (completed_at is not null))
);
comment on table public.mls_listing_checklist_items is 'Steps of one listing and who did them when.';
create index mls_listing_checklist_items_tenant on public.mls_listing_checklist_items (tenant_id);
create index mls_listing_checklist_items_template on public.mls_listing_checklist_items (template_id);
create trigger touch before update on public.mls_listing_checklist_items for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_checklist_items for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_checklist_items');
grant update (notes, due_date) on public.mls_listing_checklist_items to authenticated;

-- ----- mls_listing_documents: files in bucket mls-documents; reviewed by review_document -----
create table public.mls_listing_documents (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  document_type_id uuid not null references public.mls_document_type_config (id),
  storage_path text not null check (length(storage_path) between 1 and 1024),
  file_name text not null check (length(file_name) between 1 and 255),
  mime_type text,
  size_bytes bigint check (size_bytes >= 0),
  checksum text,
  version integer not null default 1,
  status text not null default 'PENDING' check (status in ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED')),
  uploaded_by uuid default mls.current_user_id(),
  uploaded_at timestamptz not null default now(),
  reviewed_by uuid,
  reviewed_at timestamptz,
  rejection_reason text,
  expires_on date,
  is_confidential boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_listing_documents is 'Papers of a listing. They never leave the hub.';
create index mls_listing_documents_tenant on public.mls_listing_documents (tenant_id);
create index mls_listing_documents_listing on public.mls_listing_documents (listing_id, status);
create index mls_listing_documents_type on public.mls_listing_documents (document_type_id);
create trigger touch before update on public.mls_listing_documents for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_documents for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_documents');
grant insert (id, listing_id, document_type_id, storage_path, file_name, mime_type, size_bytes, checksum, expires_on, is_confidential)
  on public.mls_listing_documents to authenticated;
grant update (file_name, expires_on, is_confidential), delete on public.mls_listing_documents to authenticated;

-- ----- mls_listing_contact_roles -----
create table public.mls_listing_contact_roles (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  contact_id uuid not null references public.mls_contacts (id) on delete cascade,
  role text not null check (role in (
    'SELLER', 'OWNER', 'LANDLORD', 'KEYHOLDER', 'CONTACT_PERSON', 'INTRODUCER', 'DEVELOPER', 'LAWYER', 'TENANT', 'BUYER')),
  is_primary boolean not null default false,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (listing_id, contact_id, role)
);
comment on table public.mls_listing_contact_roles is 'Who is what to a listing.';
create index mls_listing_contact_roles_tenant on public.mls_listing_contact_roles (tenant_id);
create index mls_listing_contact_roles_contact on public.mls_listing_contact_roles (contact_id);
create trigger touch before update on public.mls_listing_contact_roles for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_contact_roles for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_contact_roles');
grant insert (id, listing_id, contact_id, role, is_primary, notes), update (role, is_primary, notes), delete
  on public.mls_listing_contact_roles to authenticated;

-- ----- mls_listing_remarks: texts per language and kind -----
create table public.mls_listing_remarks (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  language text not null check (language ~ '^[a-z]{2}$'),
  remark_type text not null check (remark_type ~ '^[A-Za-z][A-Za-z0-9_ /]{0,49}$'),
  remark text not null,
  is_ai_generated boolean not null default false,
  approved_by uuid,
  approved_at timestamptz,
  origin_system text check (origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE', 'MANUAL')),
  locked boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (listing_id, language, remark_type)
);
comment on table public.mls_listing_remarks is 'Texts of a listing beside its public remarks: TITLE, SHORT, PUBLIC and what Dash knows, per language.';
create index mls_listing_remarks_tenant on public.mls_listing_remarks (tenant_id);
create trigger touch before update on public.mls_listing_remarks for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_remarks for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_remarks');
grant insert (id, listing_id, language, remark_type, remark, is_ai_generated, locked), update (remark, is_ai_generated, locked), delete
  on public.mls_listing_remarks to authenticated;

-- ----- mls_listing_approvals: requested and decided by functions only -----
create table public.mls_listing_approvals (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  approval_type text not null check (approval_type in ('DUE_DILIGENCE', 'MARKETING', 'MANAGEMENT', 'PRICE_CHANGE')),
  status text not null default 'PENDING' check (status in ('PENDING', 'APPROVED', 'REJECTED')),
  requested_by uuid not null,
  requested_at timestamptz not null default clock_timestamp(),
  assignee_id uuid,
  decided_by uuid,
  decided_at timestamptz,
  comment text,
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((status = 'PENDING') = (decided_at is null))
);
comment on table public.mls_listing_approvals is 'Approvals asked for and given. payload of PRICE_CHANGE: {price_kind, new_price}.';
create index mls_listing_approvals_tenant on public.mls_listing_approvals (tenant_id, status);
create index mls_listing_approvals_listing on public.mls_listing_approvals (listing_id, approval_type, requested_at);
create unique index mls_listing_approvals_pending on public.mls_listing_approvals (listing_id, approval_type) where status = 'PENDING';
create index mls_listing_approvals_assignee on public.mls_listing_approvals (assignee_id) where assignee_id is not null;
create trigger touch before update on public.mls_listing_approvals for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_approvals for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_approvals', 'assignee_id');

-- ----- mls_listing_tasks -----
create table public.mls_listing_tasks (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  kind text not null default 'USER' check (kind in ('USER', 'ORIGIN_DELETED', 'ORIGIN_STATUS', 'SYNDICATION')),
  title text not null check (length(title) between 1 and 255),
  description text,
  assigned_to uuid,
  priority text not null default 'NORMAL' check (priority in ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
  due_date date,
  status text not null default 'OPEN' check (status in ('OPEN', 'IN_PROGRESS', 'DONE', 'CANCELLED')),
  checklist_item_id uuid references public.mls_listing_checklist_items (id) on delete set null,
  completed_at timestamptz,
  completed_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_listing_tasks is 'Things to do about a listing.';
comment on column public.mls_listing_tasks.kind is 'USER for what people enter; the others are made by the hub, at most one open task of a kind and listing.';
create index mls_listing_tasks_tenant on public.mls_listing_tasks (tenant_id, status);
create index mls_listing_tasks_listing on public.mls_listing_tasks (listing_id);
create index mls_listing_tasks_assigned on public.mls_listing_tasks (assigned_to, status) where assigned_to is not null;
create index mls_listing_tasks_item on public.mls_listing_tasks (checklist_item_id) where checklist_item_id is not null;
create unique index mls_listing_tasks_open on public.mls_listing_tasks (listing_id, kind)
  where kind <> 'USER' and status in ('OPEN', 'IN_PROGRESS');
create trigger touch before update on public.mls_listing_tasks for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_tasks for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_tasks', 'assigned_to');
grant insert (id, listing_id, title, description, assigned_to, priority, due_date, checklist_item_id),
  update (title, description, assigned_to, priority, due_date, status), delete
  on public.mls_listing_tasks to authenticated;

-- ----- mls.complete_task(): who finished a task follows from its status -----
create function mls.complete_task() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.status in ('DONE', 'CANCELLED') and old.status not in ('DONE', 'CANCELLED') then
    new.completed_at := clock_timestamp();
    new.completed_by := mls.current_user_id();
  elsif new.status in ('OPEN', 'IN_PROGRESS') then
    new.completed_at := null;
    new.completed_by := null;
  end if;
  return new;
end $$;
comment on function mls.complete_task() is 'Trigger: completed_at and completed_by of a task.';
create trigger completed before update of status on public.mls_listing_tasks for each row execute function mls.complete_task();

-- ----- mls_listing_notes -----
create table public.mls_listing_notes (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  author_id uuid default mls.current_user_id(),
  note_type text not null default 'GENERAL' check (note_type in ('GENERAL', 'DUE_DILIGENCE', 'MARKETING', 'FINANCE', 'VIEWING_FEEDBACK')),
  body text not null check (length(body) between 1 and 10000),
  is_private boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_listing_notes is 'Notes about a listing. Private ones are seen by their author alone.';
create index mls_listing_notes_tenant on public.mls_listing_notes (tenant_id);
create index mls_listing_notes_listing on public.mls_listing_notes (listing_id);
create index mls_listing_notes_author on public.mls_listing_notes (author_id) where author_id is not null;
create trigger touch before update on public.mls_listing_notes for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_notes for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_notes', 'author_id');
alter policy listing_row_read on public.mls_listing_notes using (
  tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r'))
  and (
    author_id = (select mls.current_user_id())
    or (not is_private and ((select mls.sees_whole_tenant()) or exists (select from public.mls_listings l where l.id = listing_id)))
  )
);
alter policy listing_row_update on public.mls_listing_notes
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('u')) and author_id = (select mls.current_user_id()))
  with check (author_id = (select mls.current_user_id()));
grant insert (id, listing_id, note_type, body, is_private), update (note_type, body, is_private), delete
  on public.mls_listing_notes to authenticated;
