-- Files that brokers upload: a row names one, and it takes the road of all pictures (mls_media_jobs). What no row names any
-- more is collected.

-- ===== a row that names a file =====

-- ----- mls.with_address(mls_listing_media) -----
create function mls.with_address(media public.mls_listing_media) returns public.mls_listing_media
language plpgsql stable security definer set search_path = ''
as $$
declare
  file jsonb;
begin
  if media.storage_path is null then
    if coalesce(btrim(media.media_url), '') = '' then
      raise invalid_parameter_value using
        message = 'A file needs storage_path, the name under which it was uploaded, or media_url, its address elsewhere.';
    elsif media.media_category in ('image', 'floorplan') and media.media_url !~* '^https?://[^/?#[:space:]]' then
      raise invalid_parameter_value using
        message = 'media_url is no address that a browser could open.', hint = 'Write it in full, as https://example.com/photo.jpg.';
    end if;
    return media;
  elsif media.media_url is not null then
    raise invalid_parameter_value using
      message = 'Give storage_path or media_url, not both.', hint = 'The hub gives an uploaded picture its address.';
  end if;
  file := mls.stored_file('mls-media', media.storage_path);
  if file is null or split_part(media.storage_path, '/', 1) is distinct from media.listing_id::text then
    raise invalid_parameter_value using
      message = format('The bucket mls-media holds no file %s of this listing.', media.storage_path),
      hint = 'Upload it first, as <listing id>/<file>, then insert the row.';
  end if;
  media.mime_type := coalesce(file ->> 'mimetype', media.mime_type);
  media.file_size_bytes := coalesce((file ->> 'size')::bigint, media.file_size_bytes);
  if media.media_category in ('image', 'floorplan') then
    media.copy_status := 'pending';
  end if;
  return media;
end $$;
comment on function mls.with_address(public.mls_listing_media) is
  'A row that a user adds, checked: the address can be opened, or the file is in Storage and waits for its copy.';

-- ===== files that nobody needs =====

-- ----- mls.orphan_files: files without a row, since when -----
create table mls.orphan_files (
  bucket text not null,
  name text not null,
  found_at timestamptz not null default clock_timestamp(),
  primary key (bucket, name)
);
comment on table mls.orphan_files is 'Objects of Storage that no row names. What stays so for the time of grace is deleted.';
alter table mls.orphan_files enable row level security;
alter table mls.orphan_files force row level security;

-- ----- mls.find_orphans(interval, integer, boolean) -----
create function mls.find_orphans(grace interval default '1 day', most integer default 500, copies boolean default true)
returns table (bucket text, name text)
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;
  -- a picture whose original was taken away in Storage is taken away here
  update public.mls_listing_media m set
    copy_status = 'failed', copy_error = 'file_missing: the file was removed from Storage', media_url = null, file_sha256 = null,
    resolution_urls = null
  where m.storage_path is not null and m.shared_from is null and m.copy_status = 'stored'
    and not exists (select from storage.objects o where o.bucket_id = 'mls-media' and o.name = m.storage_path);
  return query
    with without_row as materialized (
      select o.bucket_id as bucket, o.name
      from storage.objects o
      where case o.bucket_id
          when 'mls-media' then not exists (select from public.mls_listing_media m where m.storage_path = o.name)
          when 'mls-documents' then not exists (select from public.mls_listing_documents d where d.storage_path = o.name)
        end
        -- what lies elsewhere in the buckets was not put there by the hub
        and pg_input_is_valid(split_part(o.name, '/', 1), 'uuid')
    ), found_again as (
      delete from mls.orphan_files k
      where k.bucket in ('mls-media', 'mls-documents')
        and not exists (select from without_row w where w.bucket = k.bucket and w.name = k.name)
    ), noted as (
      insert into mls.orphan_files (bucket, name) select w.bucket, w.name from without_row w on conflict do nothing
    )
    select w.bucket, w.name
    from without_row w join mls.orphan_files k on k.bucket = w.bucket and k.name = w.name
    where k.found_at <= clock_timestamp() - grace
    order by k.found_at, w.bucket, w.name limit most;
  if copies then
    return query
      select b.bucket, c.name
      from (values ('mls-public'), ('mls-originals')) b (bucket),
        -- a copy can be made again from its source
        mls.compare_objects(b.bucket, least(grace, interval '1 hour'), most) c;
  end if;
end $$;
comment on function mls.find_orphans(interval, integer, boolean) is
  'Looks for files that no row names and for rows whose file is gone; answers the files that have been without a row for the time of grace (copies: one hour). Whoever asks deletes them through Storage, which keeps the bytes. copies: whether mls-public and mls-originals lie in Storage too, and not in an S3.';

grant execute on function mls.find_orphans(interval, integer, boolean), mls.stored_file(text, text) to service_role;
