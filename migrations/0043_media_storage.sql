-- Storage: buckets and who may do what with their objects. Left alone where there is no Storage.

-- ===== Storage =====
-- Objects are named <listing id>/<file>. What may be done with one follows from the listing: who may read the listing
-- reads its files, who may change it adds and replaces them, administrators delete.

-- ----- mls.object_listing(text) -----
create function mls.object_listing(object_name text) returns uuid
language sql immutable set search_path = ''
as $$
  select mls.try_uuid(split_part(object_name, '/', 1))
$$;
comment on function mls.object_listing(text) is 'Listing that a stored object belongs to: the first part of its name.';
grant execute on function mls.object_listing(text) to authenticated, service_role;

-- ----- mls.prepare_storage() -----
create function mls.prepare_storage() returns void
language plpgsql set search_path = ''
as $$
declare
  ours constant text := $q$bucket_id in ('mls-media', 'mls-documents')$q$;
  visible constant text := $q$exists (select from public.mls_listings l where l.id = mls.object_listing(objects.name))$q$;
  writable constant text := $q$exists (
    select from public.mls_listings l
    where l.id = mls.object_listing(objects.name) and l.claimed_at is not null and (
      (select mls.sees_whole_tenant())
      or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
      or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))$q$;
begin
  -- The tables are made by the Storage service, the columns asked for here by its later releases.
  if to_regclass('storage.objects') is null or not exists (
    select from pg_catalog.pg_attribute
    where attrelid = to_regclass('storage.buckets') and attname = 'allowed_mime_types' and not attisdropped) then
    return;
  end if;
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
    ('mls-media', 'mls-media', false, 100 * 1024 * 1024,
      '{image/jpeg,image/png,image/webp,image/avif,video/mp4,video/quicktime,audio/mpeg,application/pdf}'),
    ('mls-documents', 'mls-documents', false, 50 * 1024 * 1024, '{application/pdf,image/jpeg,image/png}')
  on conflict (id) do update set
    public = excluded.public, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;
  if exists (select from pg_catalog.pg_policies where schemaname = 'storage' and tablename = 'objects' and policyname = 'mls_read') then
    return;
  end if;
  execute format('create policy mls_read on storage.objects for select to authenticated using (%s and %s)', ours, visible);
  execute format('create policy mls_insert on storage.objects for insert to authenticated with check (%s and (select mls.can(''c'')) and %s)', ours, writable);
  execute format('create policy mls_update on storage.objects for update to authenticated using (%1$s and (select mls.can(''u'')) and %2$s) with check (%1$s and %2$s)', ours, writable);
  execute format('create policy mls_delete on storage.objects for delete to authenticated using (%s and (select mls.is_admin()) and (select mls.can(''d'')) and %s)', ours, writable);
exception when insufficient_privilege then
  -- The tables belong to the service; hosted projects let `postgres` write policies on them (supautils), a bare server does not.
  raise warning 'Storage is left alone, users reach no file: %', sqlerrm
    using hint = 'Run "select mls.prepare_storage()" as a superuser.';
end $$;
comment on function mls.prepare_storage() is
  'Buckets mls-media (100 MB) and mls-documents (50 MB), both private, and the policies of their objects. May be repeated; does nothing where there is no Storage.';
select mls.prepare_storage();
