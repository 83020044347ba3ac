-- The rows of a listing: checklist items, documents, contacts, remarks, approvals, tasks, notes.

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
  unique (id, listing_id),
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
  storage_path text not null check (length(storage_path) <= 1024 and mls.is_object_path(storage_path, listing_id)),
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
comment on table public.mls_listing_documents is
  'Papers of a listing. They never leave the hub. Confidential ones are read by who put them there, by who holds the listing and by the scopes above these; the others by whoever sees the listing.';
create index mls_listing_documents_tenant on public.mls_listing_documents (tenant_id);
create index mls_listing_documents_listing on public.mls_listing_documents (listing_id, status);
create index mls_listing_documents_type on public.mls_listing_documents (document_type_id);
create index mls_listing_documents_path on public.mls_listing_documents (storage_path);
create trigger touch before update on public.mls_listing_documents for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_documents for each row execute function mls.take_tenant_from_listing();
create trigger within_market before insert on public.mls_listing_documents
  for each row execute function mls.check_within_market('document_type_id=mls_document_type_config');
select mls.protect_listing_rows('mls_listing_documents');
alter policy listing_row_read on public.mls_listing_documents using (
  tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r'))
  and (
    (select mls.sees_whole_tenant())
    or uploaded_by = any ((select mls.visible_user_ids())::uuid[])
    or exists (
      select from public.mls_listings l
      where l.id = listing_id and (l.claimed_at is not null or not mls_listing_documents.is_confidential))
  )
);
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
create trigger within_market before insert on public.mls_listing_contact_roles
  for each row execute function mls.check_within_market('contact_id=mls_contacts');
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
  origin_system text references mls.origin_systems (code),
  locked boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (listing_id, language, remark_type)
);
comment on table public.mls_listing_remarks is 'Texts of a listing beside its public remarks: TITLE, SHORT, PUBLIC and what Dash knows, per language.';
create index mls_listing_remarks_tenant on public.mls_listing_remarks (tenant_id);
create trigger touch before update on public.mls_listing_remarks for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_remarks for each row execute function mls.take_tenant_from_listing();
select mls.protect_listing_rows('mls_listing_remarks', follows_listing => true);
grant insert (id, listing_id, language, remark_type, remark, is_ai_generated, locked), update (remark, is_ai_generated, locked), delete
  on public.mls_listing_remarks to authenticated;

-- ----- mls.merge_remarks(mls_sources, jsonb) -----
create function mls.merge_remarks(source public.mls_sources, rows jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- what the source no longer says goes; what people wrote or locked stays
  delete from public.mls_listing_remarks m using jsonb_to_recordset(rows) r (listing_key text, language text, remark_type text, remark text), public.mls_listings l
  where l.origin_key = r.listing_key and l.originating_office_key = source.office_key and r.remark is null
    and m.listing_id = l.id and m.language = r.language and m.remark_type = r.remark_type and m.origin_system = source.provider and not m.locked;
  insert into public.mls_listing_remarks as m (tenant_id, listing_id, language, remark_type, remark, origin_system)
  select distinct on (l.id, r.language, r.remark_type) source.tenant_id, l.id, r.language, r.remark_type, r.remark, source.provider
  from jsonb_to_recordset(rows) r (listing_key text, language text, remark_type text, remark text)
  join public.mls_listings l on l.origin_key = r.listing_key and l.originating_office_key = source.office_key
  where r.remark is not null
  on conflict (listing_id, language, remark_type) do update set remark = excluded.remark
  where m.origin_system = excluded.origin_system and not m.locked and m.remark <> excluded.remark;
end $$;
comment on function mls.merge_remarks(public.mls_sources, jsonb) is
  'Takes texts of listings in other languages: [{listing_key, language, remark_type, remark}]; without a remark it is taken away. Never touches what people wrote or locked.';

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
create trigger within_market before insert on public.mls_listing_approvals
  for each row execute function mls.check_within_market('assignee_id=user');
select mls.protect_listing_rows('mls_listing_approvals', 'assignee_id');

-- ----- mls_listing_tasks -----
create table public.mls_listing_tasks (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  kind text not null default 'USER' check (kind in ('USER', 'ORIGIN_DELETED', 'ORIGIN_STATUS', 'SYNDICATION', 'MEDIA')),
  title text not null check (length(title) between 1 and 255),
  description text,
  assigned_to uuid,
  priority text not null default 'NORMAL' check (priority in ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
  due_date date,
  status text not null default 'OPEN' check (status in ('OPEN', 'IN_PROGRESS', 'DONE', 'CANCELLED')),
  checklist_item_id uuid,
  completed_at timestamptz,
  completed_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (checklist_item_id, listing_id) references public.mls_listing_checklist_items (id, listing_id)
    on delete set null (checklist_item_id)
);
comment on table public.mls_listing_tasks is 'Things to do about a listing.';
comment on column public.mls_listing_tasks.kind is 'USER for what people enter; the others are made by the hub, at most one open task of a kind and listing.';
create index mls_listing_tasks_tenant on public.mls_listing_tasks (tenant_id, status);
create index mls_listing_tasks_listing on public.mls_listing_tasks (listing_id);
create index mls_listing_tasks_assigned on public.mls_listing_tasks (assigned_to, status) where assigned_to is not null;
create index mls_listing_tasks_item on public.mls_listing_tasks (checklist_item_id, listing_id) where checklist_item_id is not null;
create unique index mls_listing_tasks_open on public.mls_listing_tasks (listing_id, kind)
  where kind <> 'USER' and status in ('OPEN', 'IN_PROGRESS');
create trigger touch before update on public.mls_listing_tasks for each row execute function mls.touch_updated_at();
create trigger tenant before insert on public.mls_listing_tasks for each row execute function mls.take_tenant_from_listing();
create trigger within_market before insert or update of assigned_to on public.mls_listing_tasks
  for each row execute function mls.check_within_market('assigned_to=user');
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
    or (not is_private and (
      (select mls.sees_whole_tenant())
      or author_id = any ((select mls.visible_user_ids())::uuid[])
      or exists (select from public.mls_listings l where l.id = listing_id and l.claimed_at is not null)))
  )
);
alter policy listing_row_update on public.mls_listing_notes
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('u')) and author_id = (select mls.current_user_id()))
  with check (author_id = (select mls.current_user_id()));
grant insert (id, listing_id, note_type, body, is_private), update (note_type, body, is_private), delete
  on public.mls_listing_notes to authenticated;
