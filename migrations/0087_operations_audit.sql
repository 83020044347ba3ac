-- The audit trail. It comes after the tables that it watches.

-- ----- mls_audit -----
create table public.mls_audit (
  id bigint generated always as identity primary key,
  tenant_id uuid references public.mls_tenants (id),
  table_name text not null,
  record_id uuid not null,
  listing_id uuid,
  action text not null check (action in ('INSERT', 'UPDATE', 'DELETE')),
  changed_by uuid not null,
  changed_at timestamptz not null default clock_timestamp(),
  old_values jsonb,
  new_values jsonb,
  user_agent text
);
comment on table public.mls_audit is
  'What users changed: who, when, which columns from what to what. Changes by the source are in mls_ingest_receipts and the histories. Append-only.';
create index mls_audit_record on public.mls_audit (record_id, id);
create index mls_audit_tenant on public.mls_audit (tenant_id, id);
create index mls_audit_listing on public.mls_audit (listing_id, id) where listing_id is not null;
alter table public.mls_audit enable row level security;
alter table public.mls_audit force row level security;
grant select on public.mls_audit to authenticated, service_role;
create policy audit_read on public.mls_audit for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls.audit(): row trigger -----
create function mls.audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  noise constant text[] := '{updated_at,modified_ts,version,updated_by}';
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - noise end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - noise end;
  record jsonb := coalesce(after, before);
begin
  if mls.current_user_id() is null or before is not distinct from after then
    return null;
  end if;
  insert into public.mls_audit (tenant_id, table_name, record_id, listing_id, action, changed_by, old_values, new_values, user_agent)
  values (
    case tg_table_name when 'mls_tenants' then (record ->> 'id')::uuid else (record ->> 'tenant_id')::uuid end,
    tg_table_name, (record ->> 'id')::uuid,
    case tg_table_name when 'mls_listings' then (record ->> 'id')::uuid else (record ->> 'listing_id')::uuid end,
    tg_op, mls.current_user_id(),
    case tg_op when 'UPDATE' then (select jsonb_object_agg(b.key, b.value) from jsonb_each(before) b where b.value is distinct from after -> b.key)
      else jsonb_strip_nulls(before) end,
    case tg_op when 'UPDATE' then (select jsonb_object_agg(a.key, a.value) from jsonb_each(after) a where a.value is distinct from before -> a.key)
      else jsonb_strip_nulls(after) end,
    left(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', 200)
  );
  return null;
end $$;
comment on function mls.audit() is 'Row trigger: one entry per changed row, with the columns that differ.';

-- ingest carries no claims, so it does not even queue these triggers
do $$
declare
  name text;
begin
  foreach name in array array[
    'mls_tenants', 'mls_user_access', 'mls_listings', 'mls_listing_media', 'mls_contacts', 'mls_status_transitions', 'mls_approval_rules',
    'mls_checklist_templates', 'mls_document_type_config', 'mls_developments', 'mls_development_buildings',
    'mls_listing_checklist_items', 'mls_listing_documents', 'mls_listing_contact_roles', 'mls_listing_remarks',
    'mls_listing_approvals', 'mls_listing_tasks', 'mls_listing_notes', 'mls_portal_definitions', 'mls_listing_syndications'
  ] loop
    -- users make listings by create_listing() alone, which the status history tells; a thousand ingested ones queue nothing
    execute format(
      'create trigger audit after %s on public.%I for each row
         when (nullif(current_setting(''request.jwt.claims'', true), '''') is not null) execute function mls.audit()',
      case name when 'mls_listings' then 'update or delete' else 'insert or update or delete' end, name);
  end loop;
end $$;
