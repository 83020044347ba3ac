-- Pictures: what Storage or an S3 really holds, against what rows say of it. The two part when a process is killed between an
-- object and its row, when somebody empties a bucket, or when the database comes from an older backup than the objects.

-- ===== what a loss means =====

-- ----- mls.named_objects(text) -----
create function mls.named_objects(bucket text) returns table (tenant_id uuid, sha256 text, variant text, path text)
language sql stable set search_path = ''
as $$
  select f.tenant_id, f.sha256, v.key, v.value ->> 'path'
  from public.mls_media_files f, jsonb_each(f.variants) v where bucket = 'mls-public'
  union all
  select f.tenant_id, f.sha256, 'original', f.original_path
  from public.mls_media_files f where f.original_bucket = bucket and f.original_path is not null
$$;
comment on function mls.named_objects(text) is
  'The objects that contents name in a bucket: variant is the name of a size, or "original".';

-- ----- mls.restore_media(uuid, text, text[]) -----
create function mls.restore_media(tenant uuid, content text, missing text[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  file public.mls_media_files;
  showing uuid[];
  is_whole boolean;
  -- of the original, or of the largest size, a worker makes all others
  can_be_made boolean;
begin
  perform mls.lock_listings_of(array(
    select m.id from public.mls_listing_media m where m.tenant_id = tenant and m.file_sha256 = content and m.shared_from is null));
  update public.mls_media_files f set variants = f.variants - missing,
    original_bucket = case when not 'original' = any (missing) then f.original_bucket end,
    original_path = case when not 'original' = any (missing) then f.original_path end
  where f.tenant_id = tenant and f.sha256 = content and f.status <> 'removing' returning * into file;
  if not found or not mls.is_media_used(tenant, content) then
    return;
  end if;
  showing := array(
    select m.id from public.mls_listing_media m
    where m.tenant_id = tenant and m.file_sha256 = content and m.shared_from is null order by m.id);
  is_whole := file.variants ?& '{thumbnail,medium,large,jpeg}';
  if is_whole then
    update public.mls_listing_media m set copy_asked_at = clock_timestamp()
    where m.id = any (showing) and 'original' = any (missing) and m.copy_status = 'stored'
      and mls.media_rules(m.originating_office_key, m.origin_system) ->> 'originals' = 'keep';
    return;
  end if;
  can_be_made := file.original_path is not null or file.variants ? 'large';
  update public.mls_media_files f set status = 'copied'
  where f.tenant_id = tenant and f.sha256 = content and f.status in ('ready', 'suspect');
  if file.variants ? 'large' or file.variants ? 'plain' then
    update public.mls_listing_media m set resolution_urls = m.resolution_urls - missing,
      copy_asked_at = case when can_be_made then m.copy_asked_at else clock_timestamp() end
    where m.id = any (showing) and (m.resolution_urls ?| missing or not can_be_made);
  else
    -- an address that leads nowhere is worse than none
    update public.mls_listing_media m set file_sha256 = null, resolution_urls = null, copy_status = 'pending', copy_error = null,
      copy_asked_at = clock_timestamp(), media_url = mls.shown_address(m, mls.media_rules(m.originating_office_key, m.origin_system))
    where m.id = any (showing);
  end if;
  if can_be_made then
    -- nothing is to be fetched: what was just asked for waits for the worker
    update public.mls_media_jobs j set sha256 = content, next_attempt_at = 'infinity', lease_token = null
    where j.media_id = any (showing) and not (file.variants ? 'large');
    perform mls.ask_for_variants(tenant, content);
  else
    delete from public.mls_media_jobs j where j.kind = 'variants' and j.tenant_id = tenant and j.sha256 = content;
    -- later each time: a storage that loses all it is given is not given it without end
    update public.mls_media_jobs j set sha256 = null, asked_at = clock_timestamp(), lease_token = null,
      next_attempt_at = clock_timestamp() + least(interval '1 hour', interval '5 seconds' * j.attempts ^ 2)
    where j.kind = 'copy' and j.tenant_id = tenant and j.sha256 = content;
  end if;
end $$;
comment on function mls.restore_media(uuid, text, text[]) is
  'Objects of a content are gone (names of its sizes, or "original"): what was shown of them is shown no more, and they are made again from what is left, else fetched again from the source.';

-- ===== both sides compared =====

-- ----- mls.compare_objects(text, interval, integer, text[], text, text, timestamptz) -----
create function mls.compare_objects(
  in_bucket text, grace interval, most integer default 500,
  listed text[] default null, after text default '', upto text default null, listed_at timestamptz default clock_timestamp()
) returns table (name text)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  lost record;
begin
  for lost in
    with present as materialized (
      select p.name from unnest(listed) p (name)
      union all
      select o.name from storage.objects o where listed is null and o.bucket_id = in_bucket
    )
    select n.tenant_id, n.sha256, array_agg(n.variant) as missing
    from mls.named_objects(in_bucket) n
    join public.mls_media_files f on f.tenant_id = n.tenant_id and f.sha256 = n.sha256
    where n.path collate "C" > after and (upto is null or n.path collate "C" <= upto)
      -- what was written since the list was made is not on it
      and f.status <> 'removing' and f.updated_at < listed_at
      and not exists (select from present p where p.name = n.path)
    group by 1, 2 order by 1, 2 limit most
  loop
    perform mls.restore_media(lost.tenant_id, lost.sha256, lost.missing);
  end loop;
  return query
    with present as materialized (
      select p.name, '-infinity'::timestamptz as written_at from unnest(listed) p (name)
      union all
      select o.name, coalesce(o.updated_at, o.created_at) from storage.objects o where listed is null and o.bucket_id = in_bucket
    ), without_row as materialized (
      select p.name, p.written_at from present p
      -- what lies elsewhere in the bucket was not put there by the hub
      where pg_input_is_valid(split_part(p.name, '/', 1), 'uuid')
        and not exists (select from mls.named_objects(in_bucket) n where n.path = p.name)
        -- what is being made gets its row when it is done
        and not exists (
          select from public.mls_media_jobs j
          where j.sha256 = split_part(p.name, '/', 3) and j.tenant_id::text = split_part(p.name, '/', 1))
    ), found_again as (
      delete from mls.orphan_files k
      where k.bucket = in_bucket and k.name collate "C" > after and (upto is null or k.name collate "C" <= upto)
        and not exists (select from without_row w where w.name = k.name)
    ), noted as (
      insert into mls.orphan_files (bucket, name) select in_bucket, w.name from without_row w on conflict do nothing
    )
    select w.name from without_row w join mls.orphan_files k on k.bucket = in_bucket and k.name = w.name
    where k.found_at <= clock_timestamp() - grace and w.written_at <= clock_timestamp() - grace
    order by k.found_at, w.name limit most;
end $$;
comment on function mls.compare_objects(text, interval, integer, text[], text, text, timestamptz) is
  'Compares what contents name in mls-public or mls-originals with what is there: in Storage, or in a list of an S3 (its names after one and up to another, both of the list, begun at listed_at). What is named and gone is restored; answers the objects that no content has named for the time of grace. Security definer: it reads all of Storage.';

-- ----- mls.object_scans: how far each bucket of an S3 was compared -----
create table mls.object_scans (
  bucket text primary key,
  after text not null default '',
  rounds bigint not null default 0
);
comment on table mls.object_scans is
  'An S3 is listed page by page, some pages an hour: the last name that was looked at, and how often the whole bucket was.';
alter table mls.object_scans enable row level security;
alter table mls.object_scans force row level security;
grant select, insert, update, delete on mls.object_scans to service_role;

-- ----- mls.begin_object_scan(text) -----
create function mls.begin_object_scan(in_bucket text) returns table (after text, listed_at timestamptz)
language sql volatile set search_path = ''
as $$
  insert into mls.object_scans as s (bucket) values (in_bucket) on conflict (bucket) do update set after = s.after
  returning s.after, clock_timestamp()
$$;
comment on function mls.begin_object_scan(text) is
  'After which name the next page of a bucket is to be listed, and the time of the database before that.';

-- ----- mls.compare_listed(text, text[], text, text, timestamptz) -----
create function mls.compare_listed(in_bucket text, listed text[], after text, upto text, listed_at timestamptz) returns table (name text)
language sql volatile set search_path = ''
as $$
  update mls.object_scans s set after = coalesce(upto, ''), rounds = s.rounds + (upto is null)::integer where s.bucket = in_bucket;
  select c.name from mls.compare_objects(in_bucket, interval '1 hour', 1000, listed, after, upto, listed_at) c
$$;
comment on function mls.compare_listed(text, text[], text, text, timestamptz) is
  'Compares a page of an S3 (the names after one, up to another; null: to the end) and notes how far it went; answers what may be deleted.';

-- ----- mls.orphans_removed(text, text[]) -----
create function mls.orphans_removed(in_bucket text, names text[]) returns void
language sql volatile security definer set search_path = ''
as $$ delete from mls.orphan_files k where k.bucket = in_bucket and k.name = any (names) $$;
comment on function mls.orphans_removed(text, text[]) is
  'These objects were deleted: one that comes back under its name has its own time of grace. Security definer: the notes are nobody else''s.';

grant execute on function mls.named_objects(text), mls.restore_media(uuid, text, text[]),
  mls.compare_objects(text, interval, integer, text[], text, text, timestamptz), mls.begin_object_scan(text),
  mls.compare_listed(text, text[], text, text, timestamptz), mls.orphans_removed(text, text[]) to service_role;
