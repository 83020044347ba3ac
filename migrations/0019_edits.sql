-- Direct edits through the Data API: which columns users may write, what an edit entails, and the audit trail.
-- Triggers `when (current_user = 'authenticated')` see edits by apps only; functions of the workflow run as owner.

-- ===== what the dictionary says of edits: mls.extra_fields() and mls.shadowed_keys() (generated) =====

grant execute on function mls.extra_fields(), mls.shadowed_keys(public.mls_listings, public.mls_listings) to authenticated;

-- ===== listings =====

-- ----- columns that users edit: what describes the listing; not what identifies it, moves it or prices it -----
select mls.grant_columns('mls_listings', 'update', '{
  id, tenant_id, ref, ref_collision, origin_system, origin_key, origin_sync_ts, is_externally_managed, origin_deleted,
  origin_native_id, origin_native_ref, origin_source_label, origin_legacy_id, origin_created_ts, origin_modified_ts,
  origin_created_by_key, origin_modified_by_key, origin_etl_ts, origin_etl_batch_id, origin_project_key,
  originating_office_key, modified_ts, extensions, locked_fields,
  status, status_description, status_code, source_standard_status, status_changed_at, first_published_at, published_at,
  withdrawn_reason, broker_id, co_broker_id, claimed_at, claimed_by, market, created_at, created_by, updated_at, updated_by,
  list_price, original_list_price, currency_code, currency_assumed, lease_amount, lease_amount_frequency, latitude, longitude,
  sibling_listing_id, days_on_market, photos_count}');
create policy listing_update on public.mls_listings for update to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and (select mls.can('u'))
    and claimed_at is not null
    and (
      (select mls.sees_whole_tenant())
      or broker_id = any ((select mls.visible_user_ids())::uuid[])
      or co_broker_id = any ((select mls.visible_user_ids())::uuid[])
    )
  );

-- ----- mls.before_listing_edit(): row trigger -----
create function mls.before_listing_edit() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.version <> old.version then
    raise sqlstate 'PT409' using
      message = 'stale_version',
      detail = jsonb_build_object('code', 'stale_version', 'listing_id', old.id, 'version', old.version, 'sent', new.version,
        'updated_by', old.updated_by, 'updated_at', old.updated_at),
      hint = 'Somebody changed the listing after you read it. Read it again and repeat your edit.';
  end if;
  new.updated_by := mls.current_user_id();
  new.extensions := new.extensions - mls.shadowed_keys(old, new);
  return new;
end $$;
comment on function mls.before_listing_edit() is
  'Trigger: an edit that names the version it started from fails when that is not the current one; text of the source that would hide the edit is dropped.';
create trigger before_edit before update on public.mls_listings
  for each row when (current_user = 'authenticated') execute function mls.before_listing_edit();

-- ----- mls.edit_extra_fields(uuid, jsonb) -----
create function mls.edit_extra_fields(target uuid, content jsonb) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  unknown text := (select string_agg(k, ', ') from jsonb_object_keys(content) k where k <> all (mls.extra_fields()));
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first; unclaimed listings follow their source.', jsonb_build_object('listing_id', target));
  elsif unknown is not null then
    raise invalid_parameter_value using
      message = format('edit_extra_fields does not take %s.', unknown),
      hint = 'It takes fields of extensions by their RESO name, as X_LivingRooms. Fields with a column are updated directly.';
  end if;
  update public.mls_listings l set
    extensions = (l.extensions - array(select jsonb_object_keys(content))) || jsonb_strip_nulls(content),
    updated_by = mls.current_user_id()
  where l.id = target
  returning * into listing;
  return listing;
end $$;
comment on function mls.edit_extra_fields(uuid, jsonb) is 'Sets fields that have no column; null takes one away.';

-- ----- edit_extra_fields(uuid, jsonb) -----
create function public.edit_extra_fields(listing_id uuid, fields jsonb) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.edit_extra_fields(listing_id, mls.json_argument(fields))
$$;
comment on function public.edit_extra_fields(uuid, jsonb) is
  'Sets fields of a claimed listing that are kept in extensions, by RESO name: {"X_LivingRooms": 2}; null removes one. 409 not_claimed.';
grant execute on function mls.edit_extra_fields(uuid, jsonb), public.edit_extra_fields(uuid, jsonb) to authenticated;

-- ===== media =====

-- ----- mls.before_media_edit(): row trigger -----
create function mls.before_media_edit() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.origin_system := 'MANUAL';
    new.media_key := 'MANUAL_MEDIA_' || new.id;
    select l.tenant_id, l.originating_office_key, coalesce(l.origin_key, 'MANUAL_' || l.id)
      into new.tenant_id, new.originating_office_key, new.resource_record_key
    from public.mls_listings l where l.id = new.listing_id;
  elsif (new.title, new.description, new.html_description, new.display_order, new.is_primary, new.media_category)
      is distinct from (old.title, old.description, old.html_description, old.display_order, old.is_primary, old.media_category) then
    new.locked := true;
  end if;
  return new;
end $$;
comment on function mls.before_media_edit() is
  'Trigger: identity of media that users add, and the lock that lets their edits survive every sync. Security definer: it reads the listing before the policy decides.';
create trigger before_edit before insert or update on public.mls_listing_media
  for each row when (current_user = 'authenticated') execute function mls.before_media_edit();

-- filled by the trigger; the defaults let apps leave them out
alter table public.mls_listing_media
  alter column tenant_id set default mls.current_tenant_id(),
  alter column resource_record_key set default '',
  alter column originating_office_key set default '',
  alter column media_key set default '';
grant insert (id, listing_id, display_order, is_primary, media_category, media_url, storage_path, mime_type, title, description,
    html_description, image_width, image_height, file_size_bytes, is_landscape, is_distributable, checksum, media_tags_json),
  update (display_order, is_primary, media_category, title, description, html_description, is_distributable, is_hidden, media_tags_json),
  delete
  on public.mls_listing_media to authenticated;
do $$
declare
  writable constant text := 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and exists (
    select from public.mls_listings l
    where l.id = listing_id and l.claimed_at is not null and (
      (select mls.sees_whole_tenant())
      or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
      or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))';
begin
  execute format('create policy media_insert on public.mls_listing_media for insert to authenticated with check ((select mls.can(''c'')) and %s)', writable);
  execute format('create policy media_update on public.mls_listing_media for update to authenticated using ((select mls.can(''u'')) and %1$s) with check (%1$s)', writable);
  -- what the source delivers is hidden, not deleted: the next batch would bring it back
  execute format('create policy media_delete on public.mls_listing_media for delete to authenticated using ((select mls.can(''d'')) and origin_system = ''MANUAL'' and %s)', writable);
end $$;

-- ===== contacts =====

alter table public.mls_contacts
  alter column tenant_id set default mls.current_tenant_id(),
  alter column created_by set default mls.current_user_id();
select mls.grant_columns('mls_contacts', 'insert', '{
  tenant_id, originating_office_key, created_by, status, extensions, created_at, updated_at,
  origin_system, origin_contact_key, origin_modified_ts, origin_hash, origin_sync_ts, origin_etl_ts, origin_etl_batch_id, origin_deleted}');
select mls.grant_columns('mls_contacts', 'update', '{
  id, tenant_id, originating_office_key, created_by, status, extensions, created_at, updated_at,
  origin_system, origin_contact_key, origin_modified_ts, origin_hash, origin_sync_ts, origin_etl_ts, origin_etl_batch_id, origin_deleted}');
grant delete on public.mls_contacts to authenticated;
create policy contact_insert on public.mls_contacts for insert to authenticated
  with check (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('c'))
    and created_by = (select mls.current_user_id()) and originating_office_key is null
  );
create policy contact_update on public.mls_contacts for update to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and (select mls.can('u'))
    and (
      (select mls.sees_whole_tenant())
      or created_by = any ((select mls.visible_user_ids())::uuid[])
      or assigned_to = any ((select mls.visible_user_ids())::uuid[])
    )
  );
create policy contact_delete on public.mls_contacts for delete to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('d'))
    and origin_contact_key is null
  );
create index mls_contacts_assigned on public.mls_contacts (assigned_to) where assigned_to is not null;

-- ===== audit trail =====

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
    'mls_tenants', 'mls_listings', 'mls_listing_media', 'mls_contacts', 'mls_status_transitions', 'mls_approval_rules',
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

-- ----- the approval behind a change of price -----
alter table public.mls_price_history
  add foreign key (approval_id) references public.mls_listing_approvals (id) on delete set null;
create index mls_price_history_approval on public.mls_price_history (approval_id) where approval_id is not null;
