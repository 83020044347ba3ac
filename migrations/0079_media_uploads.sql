-- Pictures that brokers upload: from the private original to an address that anybody can open. The job `media` copies
-- them without what cameras write into them; files that no row names any more are collected.

-- ===== files =====

-- ----- mls_media_files: one row per content and market -----
create table public.mls_media_files (
  tenant_id uuid not null references public.mls_tenants (id),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null,
  mime_type text not null,
  width integer,
  height integer,
  variants jsonb not null default '{}' check (jsonb_typeof(variants) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, sha256)
);
comment on table public.mls_media_files is
  'Pictures by their content: the same one at two listings of a market is stored once. Rows of mls_listing_media point here by file_sha256; what none points to is collected.';
comment on column public.mls_media_files.sha256 is 'SHA-256 of the original, in hex.';
comment on column public.mls_media_files.variants is
  'What is published of it, by name: {"plain": {path, bytes, mime_type, width, height}}, paths in the bucket mls-public. plain is the original without metadata.';
create trigger touch before update on public.mls_media_files for each row execute function mls.touch_updated_at();
alter table public.mls_media_files enable row level security;
alter table public.mls_media_files force row level security;
grant select on public.mls_media_files to authenticated;
grant select, insert, update, delete on public.mls_media_files to service_role;
create policy file_read on public.mls_media_files for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r'))
    -- a name in the public bucket opens the picture: of a draft it is known to those who see the draft
    and exists (
      select from public.mls_listing_media m where m.tenant_id = mls_media_files.tenant_id and m.file_sha256 = mls_media_files.sha256)
  );

-- ===== the queue =====

-- ----- mls_media_jobs: pictures to be copied -----
create table public.mls_media_jobs (
  media_id uuid primary key references public.mls_listing_media (id) on delete cascade,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  leased_until timestamptz,
  last_error_code text,
  last_error text,
  created_at timestamptz not null default now()
);
comment on table public.mls_media_jobs is 'Pictures that wait for their copy. A row goes when the copy is made, or when it is clear that none can be.';
create index mls_media_jobs_due on public.mls_media_jobs (next_attempt_at);
alter table public.mls_media_jobs enable row level security;
alter table public.mls_media_jobs force row level security;
grant select, insert, update, delete on public.mls_media_jobs to service_role;

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

-- ----- mls.queue_media(): row trigger -----
create function mls.queue_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.mls_media_jobs (media_id) values (new.id) on conflict (media_id) do nothing;
  return null;
end $$;
comment on function mls.queue_media() is 'Row trigger: a picture waits for its copy.';
create trigger queue after insert or update on public.mls_listing_media
  for each row when (new.copy_status = 'pending' and new.shared_from is null) execute function mls.queue_media();

-- ----- mls.withdraw_copy(): row trigger -----
create function mls.withdraw_copy() returns trigger
language plpgsql set search_path = ''
as $$
declare
  is_picture constant boolean := new.media_category in ('image', 'floorplan');
begin
  if new.copy_status = 'stored' and not (is_picture and new.is_distributable and not new.is_hidden) then
    new.media_url := null;
    new.file_sha256 := null;
    new.copy_status := case when is_picture then 'pending' else 'linked' end;
  elsif new.copy_status = 'linked' and is_picture then
    new.copy_status := 'pending';
  end if;
  return new;
end $$;
comment on function mls.withdraw_copy() is
  'Trigger: what was uploaded and is hidden here, held back, or turns out to be a document, loses its public copy; shown again it gets a new one.';
create trigger withdraw_copy before update of is_hidden, is_distributable, media_category on public.mls_listing_media
  for each row when (new.storage_path is not null and new.shared_from is null) execute function mls.withdraw_copy();

-- ----- mls.lease_media(integer, integer) -----
create function mls.lease_media(most integer, seconds integer)
returns table (media_id uuid, tenant_id uuid, storage_path text, attempts integer)
language sql volatile set search_path = ''
as $$
  with due as (
    select j.media_id from public.mls_media_jobs j
    join public.mls_listing_media m on m.id = j.media_id
    where j.next_attempt_at <= clock_timestamp() and (j.leased_until is null or j.leased_until < clock_timestamp()) 
      and not m.is_hidden and m.is_distributable and m.copy_status = 'pending'
    order by j.next_attempt_at, j.media_id
    limit most
    for update of j skip locked
  ), leased as (
    update public.mls_media_jobs j set leased_until = clock_timestamp() + seconds * interval '1 second', attempts = j.attempts + 1
    from due where j.media_id = due.media_id
    returning j.media_id, j.attempts
  )
  select m.id, m.tenant_id, m.storage_path, l.attempts
  from leased l join public.mls_listing_media m on m.id = l.media_id
$$;
comment on function mls.lease_media(integer, integer) is
  'Takes up to so many pictures that are due, for so many seconds; whoever asks meanwhile gets others.';

-- ----- mls.media_stored(uuid, jsonb) -----
create function mls.media_stored(media uuid, file jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  shown constant jsonb := file -> 'variants' -> 'plain';
begin
  insert into public.mls_media_files as f (tenant_id, sha256, bytes, mime_type, width, height, variants)
  select m.tenant_id, file ->> 'sha256', (file ->> 'bytes')::bigint, file ->> 'mime_type', (shown ->> 'width')::integer,
    (shown ->> 'height')::integer, file -> 'variants'
  from public.mls_listing_media m where m.id = media
  on conflict (tenant_id, sha256) do update set variants = f.variants || excluded.variants;
  update public.mls_listing_media m set
    file_sha256 = file ->> 'sha256', copy_status = 'stored', copy_error = null, media_url = file ->> 'url',
    mime_type = shown ->> 'mime_type', image_width = (shown ->> 'width')::integer, image_height = (shown ->> 'height')::integer,
    file_size_bytes = (shown ->> 'bytes')::bigint
  where m.id = media and m.copy_status = 'pending' and not m.is_hidden and m.is_distributable;
  if found then
    delete from public.mls_media_jobs j where j.media_id = media;
  else
    -- hidden while it was copied
    update public.mls_media_jobs j set leased_until = null where j.media_id = media;
  end if;
end $$;
comment on function mls.media_stored(uuid, jsonb) is
  'Notes the copy of a picture, {sha256, bytes, mime_type, variants, url}: from the end of the transaction on it is served under its address.';

-- ----- mls.media_not_stored(uuid, text, text, interval) -----
create function mls.media_not_stored(media uuid, code text, message text, again_in interval) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if again_in is not null then
    update public.mls_media_jobs j set
      leased_until = null, last_error_code = code, last_error = left(message, 500), next_attempt_at = clock_timestamp() + again_in
    where j.media_id = media;
    return;
  end if;
  delete from public.mls_media_jobs j where j.media_id = media;
  update public.mls_listing_media m set copy_status = 'failed', copy_error = code || ': ' || left(message, 500) where m.id = media;
  insert into public.mls_listing_tasks (listing_id, kind, title, description, assigned_to)
  select l.id, 'MEDIA', 'A photo could not be published', message, l.broker_id
  from public.mls_listing_media m join public.mls_listings l on l.id = m.listing_id
  where m.id = media
  on conflict (listing_id, kind) where kind <> 'USER' and status in ('OPEN', 'IN_PROGRESS') do nothing;
end $$;
comment on function mls.media_not_stored(uuid, text, text, interval) is
  'Notes that a picture could not be copied: to be tried again after a while, or, without one, for good; then the broker gets a task.';

-- ----- mls.readdress_media(text, integer) -----
create function mls.readdress_media(base text, most integer default 500) returns integer
language sql volatile set search_path = ''
as $$
  with moved as (
    select m.id, base || '/' || (f.variants -> 'plain' ->> 'path') as url
    from public.mls_listing_media m
    join public.mls_media_files f on f.tenant_id = m.tenant_id and f.sha256 = m.file_sha256
    where m.file_sha256 is not null and m.copy_status = 'stored' and m.shared_from is null and not starts_with(m.media_url, base || '/')
    limit most
  ), changed as (
    update public.mls_listing_media m set media_url = moved.url from moved where m.id = moved.id returning 1
  )
  select count(*)::integer from changed
$$;
comment on function mls.readdress_media(text, integer) is
  'Gives published pictures their address below another base, where the project got a domain or a CDN; answers how many were changed.';

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

-- ----- mls.find_orphans(interval, integer) -----
create function mls.find_orphans(grace interval default '1 day', most integer default 500) returns table (bucket text, name text)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- a copy can be made again from its original
  grace_of_copies constant interval := least(grace, interval '1 hour');
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;
  -- a picture whose original was taken away in Storage is taken away here
  update public.mls_listing_media m set
    copy_status = 'failed', copy_error = 'file_missing: the file was removed from Storage', media_url = null, file_sha256 = null
  where m.storage_path is not null and m.shared_from is null and m.copy_status = 'stored'
    and not exists (select from storage.objects o where o.bucket_id = 'mls-media' and o.name = m.storage_path);
  delete from public.mls_media_files f
  where f.updated_at <= clock_timestamp() - grace_of_copies and not exists (
    select from public.mls_listing_media m where m.tenant_id = f.tenant_id and m.file_sha256 = f.sha256);

  return query
    with without_row as materialized (
      select o.bucket_id as bucket, o.name, case o.bucket_id when 'mls-public' then grace_of_copies else grace end as grace
      from storage.objects o
      where case o.bucket_id
          when 'mls-media' then not exists (select from public.mls_listing_media m where m.storage_path = o.name)
          when 'mls-documents' then not exists (select from public.mls_listing_documents d where d.storage_path = o.name)
          when 'mls-public' then not exists (
            select from public.mls_media_files f
            where f.tenant_id::text = split_part(o.name, '/', 1) and f.sha256 = split_part(o.name, '/', 3))
        end
        -- what lies elsewhere in the buckets was not put there by the hub
        and pg_input_is_valid(split_part(o.name, '/', 1), 'uuid')
    ), found_again as (
      delete from mls.orphan_files k
      where not exists (select from without_row w where w.bucket = k.bucket and w.name = k.name)
    ), noted as (
      insert into mls.orphan_files (bucket, name) select w.bucket, w.name from without_row w on conflict do nothing
    )
    select w.bucket, w.name
    from without_row w join mls.orphan_files k on k.bucket = w.bucket and k.name = w.name
    where k.found_at <= clock_timestamp() - w.grace
    order by k.found_at, w.bucket, w.name limit most;
end $$;
comment on function mls.find_orphans(interval, integer) is
  'Looks for files that no row names and for rows whose file is gone; answers the files that have been without a row for the time of grace (copies: one hour). Whoever asks deletes them through Storage, which keeps the bytes.';

grant execute on function mls.lease_media(integer, integer), mls.media_stored(uuid, jsonb),
  mls.media_not_stored(uuid, text, text, interval), mls.readdress_media(text, integer), mls.find_orphans(interval, integer), mls.stored_file(text, text) to service_role;

insert into public.mls_schedules (job, cron, description) values
  ('media', '* * * * *', 'Publishes pictures that brokers uploaded.'),
  ('media_cleanup', '47 * * * *', 'Removes files from Storage that no row names any more.');
