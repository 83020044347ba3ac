-- Storage: buckets and who may do what with their objects. Left alone where there is no Storage.
--
-- mls-media and mls-documents are private. Their objects are named <listing id>/<file>, and what may be done with one
-- follows from the listing: who may read the listing reads its files, who may change it adds files and takes away again
-- what they added; with the right to delete, what others added too. mls-originals and mls-public are the hub's alone: what it
-- fetched from sources, and of pictures what anybody may see, without what cameras write into them.

-- ----- mls.prepare_storage() -----
create function mls.prepare_storage() returns void
language plpgsql set search_path = ''
as $$
declare
  ours constant text := $q$bucket_id in ('mls-media', 'mls-documents')$q$;
  -- built-in functions alone: a function of ours would be called for every object of the bucket
  of_listing constant text := $q$l.id = case when pg_input_is_valid(split_part(objects.name, '/', 1), 'uuid') then split_part(objects.name, '/', 1)::uuid end$q$;
  visible constant text := format('exists (select from public.mls_listings l where %s)', of_listing);
  -- a paper is read by who reads its row (a confidential one stays with who worked on it), by who put it there, and by
  -- whoever sees the whole market
  readable constant text := format($q$case bucket_id
    when 'mls-media' then %1$s
    when 'mls-documents' then owner_id = (select mls.current_user_id())::text
      or exists (select from public.mls_listing_documents d where d.storage_path = objects.name)
      or ((select mls.sees_whole_tenant()) and %1$s)
    end$q$, visible);
  writable constant text := format($q$exists (
    select from public.mls_listings l
    where %s and l.claimed_at is not null and (
      (select mls.sees_whole_tenant())
      or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
      or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))$q$, of_listing);
  -- what a row shows, or somebody has looked at, is not exchanged behind its back
  unused constant text := $q$not exists (select from public.mls_listing_media m where m.storage_path = objects.name)
    and not exists (select from public.mls_listing_documents d where d.storage_path = objects.name)$q$;
  own constant text := $q$(select mls.can('c')) and owner_id = (select mls.current_user_id())::text
    and not exists (select from public.mls_listing_documents d where d.storage_path = objects.name and d.status <> 'PENDING')$q$;
  name text;
begin
  -- The tables are made by the Storage service, the columns asked for here by its later releases.
  if to_regclass('storage.objects') is null or not exists (
    select from pg_catalog.pg_attribute
    where attrelid = to_regclass('storage.buckets') and attname = 'allowed_mime_types' and not attisdropped) then
    return;
  end if;
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
    ('mls-media', 'mls-media', false, 100 * 1024 * 1024,
      '{image/jpeg,image/png,image/webp,video/mp4,video/quicktime,audio/mpeg,application/pdf}'),
    ('mls-documents', 'mls-documents', false, 50 * 1024 * 1024, '{application/pdf,image/jpeg,image/png}'),
    ('mls-originals', 'mls-originals', false, 50 * 1024 * 1024,
      '{image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,application/pdf}'),
    ('mls-public', 'mls-public', true, 25 * 1024 * 1024, '{image/jpeg,image/png,image/webp}')
  on conflict (id) do update set
    public = excluded.public, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;
  for name in
    select p.policyname from pg_catalog.pg_policies p
    where p.schemaname = 'storage' and p.tablename = 'objects' and p.policyname in ('mls_read', 'mls_insert', 'mls_update', 'mls_delete')
  loop
    execute format('drop policy %I on storage.objects', name);
  end loop;
  execute format('create policy mls_read on storage.objects for select to authenticated using (%s)', readable);
  execute format('create policy mls_insert on storage.objects for insert to authenticated with check (%s and (select mls.can(''c'')) and %s)', ours, writable);
  execute format('create policy mls_update on storage.objects for update to authenticated using (%1$s and (select mls.can(''u'')) and %2$s and %3$s) with check (%1$s and %2$s)',
    ours, writable, unused);
  execute format('create policy mls_delete on storage.objects for delete to authenticated using (%s and %s and ((select mls.can(''d'')) or (%s)))', ours, writable, own);
exception when insufficient_privilege then
  -- The tables belong to the service; hosted projects let `postgres` write policies on them (supautils), a bare server does not.
  raise warning 'Storage is left alone, users reach no file: %', sqlerrm
    using hint = 'Run "select mls.prepare_storage()" as a superuser.';
end $$;
comment on function mls.prepare_storage() is
  'Buckets mls-media (100 MB), mls-documents and mls-originals (50 MB), all private, and mls-public (25 MB), and the policies of their objects. May be repeated; does nothing where there is no Storage.';
select mls.prepare_storage();

-- ----- mls.stored_file(text, text) -----
create function mls.stored_file(bucket text, path text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  if to_regclass('storage.objects') is null then
    return null;
  end if;
  return (select coalesce(o.metadata, '{}') from storage.objects o where o.bucket_id = bucket and o.name = path);
end $$;
comment on function mls.stored_file(text, text) is
  'What Storage knows of a file ({mimetype, size, ...}); null when there is no such file. Security definer: it says of any file whether it is there. Not executable by users.';
