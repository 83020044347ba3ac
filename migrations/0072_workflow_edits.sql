-- Direct edits through the Data API: which columns users may write, and what an edit entails.
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
  withdrawn_reason, broker_id, co_broker_id, claimed_at, claimed_by, assigned_to, market, created_at, created_by, updated_at, updated_by,
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
    new := mls.with_address(new);
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

-- ===== documents =====

-- ----- mls.before_document_add(): row trigger -----
create function mls.before_document_add() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  file jsonb := mls.stored_file('mls-documents', new.storage_path);
  wanted public.mls_document_type_config;
begin
  if file is null then
    raise invalid_parameter_value using
      message = format('The bucket mls-documents holds no file %s.', new.storage_path),
      hint = 'Upload it first, as <listing id>/<file>, then insert the row.';
  end if;
  new.mime_type := coalesce(file ->> 'mimetype', new.mime_type);
  new.size_bytes := coalesce((file ->> 'size')::bigint, new.size_bytes);
  select * into wanted from public.mls_document_type_config c where c.id = new.document_type_id and c.tenant_id = new.tenant_id;
  if new.mime_type <> all (wanted.allowed_mime) then
    raise invalid_parameter_value using
      message = format('A document of type %s is no %s.', wanted.code, new.mime_type),
      hint = 'It may be ' || array_to_string(wanted.allowed_mime, ', ') || '.';
  elsif new.size_bytes > wanted.max_size_mb * 1048576::bigint then
    raise invalid_parameter_value using
      message = format('A document of type %s may have %s MB.', wanted.code, wanted.max_size_mb);
  end if;
  return new;
end $$;
comment on function mls.before_document_add() is
  'Trigger: a paper that a user names is in Storage, and is what its type allows. Security definer: it asks Storage.';
-- named so that it comes after the tenant has been filled in
create trigger the_file before insert on public.mls_listing_documents
  for each row when (current_user = 'authenticated') execute function mls.before_document_add();

-- ===== contacts =====

select mls.grant_columns('mls_contacts', 'insert', '{
  tenant_id, originating_office_key, created_by, status, extensions, created_at, updated_at,
  origin_system, origin_contact_key, origin_modified_ts, origin_hash, origin_sync_ts, origin_etl_ts, origin_etl_batch_id, origin_deleted, delivered_by}');
select mls.grant_columns('mls_contacts', 'update', '{
  id, tenant_id, originating_office_key, created_by, status, extensions, created_at, updated_at,
  origin_system, origin_contact_key, origin_modified_ts, origin_hash, origin_sync_ts, origin_etl_ts, origin_etl_batch_id, origin_deleted, delivered_by}');
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
