-- Pictures: what workers report, and what of it is shown. Reports come in batches: a listing whose ten pictures were made
-- in one batch changes once.

-- ===== what is shown =====

-- ----- mls.media_addresses(jsonb, text) -----
create function mls.media_addresses(variants jsonb, base text) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_object_agg(v.key, v.value - 'path' || jsonb_build_object('url', base || '/' || (v.value ->> 'path')))
  from jsonb_each(variants) v
$$;
comment on function mls.media_addresses(jsonb, text) is 'Variants of a file with their addresses below a base instead of their paths.';

-- ----- mls.show_file(uuid[], mls_media_files, text) -----
create function mls.show_file(media uuid[], file public.mls_media_files, base text) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  addresses constant jsonb := mls.media_addresses(file.variants, base);
  address constant text := coalesce(addresses -> 'large', addresses -> 'plain') ->> 'url';
  changed integer;
begin
  update public.mls_listing_media m set
    file_sha256 = file.sha256, copy_status = 'stored', copy_error = null, media_url = address, resolution_urls = addresses
  where m.id = any (media) and mls.wants_copy(m) and (m.file_sha256, m.copy_status, m.media_url, m.resolution_urls)
    is distinct from (file.sha256, 'stored', address, addresses);
  get diagnostics changed = row_count;
  delete from mls.wanted_addresses w where w.media_id = any (media);
  return changed;
end $$;
comment on function mls.show_file(uuid[], public.mls_media_files, text) is
  'Gives rows the address of their copy; answers how many changed. What was hidden meanwhile stays as it is.';

-- ----- mls.give_up_copies(uuid[], text, text) -----
create function mls.give_up_copies(media uuid[], code text, message text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  said constant text := code || ': ' || left(message, 500);
begin
  delete from public.mls_media_jobs j where j.media_id = any (media);
  update public.mls_listing_media m set
    copy_status = 'failed', copy_error = said, file_sha256 = null, resolution_urls = null,
    media_url = case when (select f.keeps_link from mls.media_faults f where f.code = give_up_copies.code)
      then mls.shown_address(m, mls.media_rules(m.originating_office_key, m.origin_system)) end
  where m.id = any (media) and m.copy_status <> 'stored';
  delete from mls.wanted_addresses w
  where w.media_id = any (media) and not exists (select from mls.media_faults f where f.code = give_up_copies.code and f.asks_source);
  -- a second look at a picture whose copy is there: the copy stays
  update public.mls_listing_media m set copy_error = said where m.id = any (media) and m.copy_status = 'stored';
  insert into public.mls_listing_tasks (listing_id, kind, title, description, assigned_to)
  select distinct on (l.id) l.id, 'MEDIA', 'A photo could not be published', message, l.broker_id
  from public.mls_listing_media m join public.mls_listings l on l.id = m.listing_id
  where m.id = any (media) and m.storage_path is not null
  on conflict (listing_id, kind) where kind <> 'USER' and status in ('OPEN', 'IN_PROGRESS') do nothing;
end $$;
comment on function mls.give_up_copies(uuid[], text, text) is
  'Notes that pictures cannot be copied: the source''s address is shown where its rules and the reason allow that, else nothing. Who uploaded one gets a task.';

-- ----- mls.waits_with(mls_media_jobs) -----
create function mls.waits_with(job public.mls_media_jobs) returns setof uuid
language sql stable set search_path = ''
as $$
  select job.media_id
  union
  select j.media_id from public.mls_media_jobs j
  where j.kind = 'copy' and j.address = job.address and j.tenant_id = job.tenant_id and j.asked_at <= job.leased_at
$$;
comment on function mls.waits_with(public.mls_media_jobs) is
  'The pictures that one request answers: what had asked for the same address before it was sent.';

-- ----- mls.lock_listings_of(uuid[]) -----
create function mls.lock_listings_of(media uuid[]) returns void
language sql volatile set search_path = ''
as $$
  select from public.mls_listings l
  where l.id in (select m.listing_id from public.mls_listing_media m where m.id = any (media) or m.shared_from = any (media))
  order by l.id for no key update
$$;
comment on function mls.lock_listings_of(uuid[]) is
  'Locks the listings that show these pictures, in the order of their ids: their photos change with them. Every report calls it first, before it touches jobs, hosts and files: so two about the same listings wait for each other and never deadlock.';

-- ----- mls.ask_for_variants(uuid, text) -----
create function mls.ask_for_variants(tenant uuid, content text) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_media_jobs (kind, tenant_id, sha256, lane) values ('variants', tenant, content, 'variants')
  on conflict (tenant_id, sha256) where kind = 'variants' do nothing
$$;
comment on function mls.ask_for_variants(uuid, text) is 'Puts a content into the queue of npm run worker.';

-- ===== copies =====

-- ----- mls.known_file(uuid, text) -----
create function mls.known_file(tenant uuid, content text) returns table (is_ready boolean, is_shown boolean, has_original boolean)
language sql stable set search_path = ''
as $$
  select f.status = 'ready', f.status <> 'removing' and f.variants ?| '{large,plain}', f.original_path is not null
  from public.mls_media_files f where f.tenant_id = tenant and f.sha256 = content
$$;
comment on function mls.known_file(uuid, text) is
  'What there is of a content: whether all its sizes are made, whether any is, and whether its original is kept. No row where it is new.';

-- ----- mls.content_arrived(uuid, jsonb, uuid[], text) -----
create function mls.content_arrived(tenant uuid, content jsonb, waiting uuid[], base text) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  file public.mls_media_files;
  outcome text;
begin
  insert into public.mls_media_files as f (tenant_id, sha256, bytes, mime_type, variants, original_bucket, original_path, width, height, remove_after)
  values (tenant, content ->> 'sha256', (content ->> 'bytes')::bigint, content ->> 'mime_type',
    coalesce(content -> 'variants', '{}'), content ->> 'original_bucket', content ->> 'original_path',
    (content -> 'variants' -> 'plain' ->> 'width')::integer, (content -> 'variants' -> 'plain' ->> 'height')::integer,
    -- looked at then, lest what was never shown stays; what is shown by then loses the date
    clock_timestamp() + interval '1 day')
  on conflict (tenant_id, sha256) do update set
    variants = case f.status when 'ready' then f.variants else f.variants || excluded.variants end,
    original_bucket = coalesce(excluded.original_bucket, f.original_bucket), original_path = coalesce(excluded.original_path, f.original_path),
    remove_after = excluded.remove_after,
    -- the second download brought the same: it is no broken transfer
    flags = case when f.status = 'suspect' and not 'truncated' = any (f.flags) then f.flags || '{truncated}' else f.flags end,
    status = case when f.status = 'suspect' then 'copied' else f.status end
  where f.status <> 'removing'
  returning * into file;
  if not found or (file.status = 'copied' and file.original_path is null) then
    return 'lost';
  elsif file.status = 'failed' then
    perform mls.give_up_copies(waiting, file.error_code, file.error);
    outcome := 'failed';
  elsif file.variants ? 'large' or file.variants ? 'plain' then
    perform mls.show_file(waiting, file, base);
    delete from public.mls_media_jobs j where j.media_id = any (waiting);
    outcome := 'stored';
  else
    update public.mls_media_jobs j set sha256 = file.sha256, next_attempt_at = 'infinity', lease_token = null where j.media_id = any (waiting);
    outcome := 'variants';
  end if;
  if file.status = 'copied' then
    perform mls.ask_for_variants(file.tenant_id, file.sha256);
  end if;
  return outcome;
end $$;
comment on function mls.content_arrived(uuid, jsonb, uuid[], text) is
  'Notes a content {sha256, bytes, mime_type, original_bucket, original_path, variants} for the pictures that wait for it: stored (shown), variants (its sizes are made first), failed (it is known to be no good), or lost: it is being removed at this moment, or was since somebody looked.';

-- ----- mls.media_copied(jsonb, text) -----
create function mls.media_copied(results jsonb, base text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  result jsonb;
  job public.mls_media_jobs;
  counts jsonb := '{"stored": 0, "variants": 0, "failed": 0, "lost": 0}';
  outcome text;
begin
  perform mls.lock_listings_of(array(
    select w.id from jsonb_to_recordset(results) r (id bigint, lease_token uuid)
    join public.mls_media_jobs j on j.id = r.id and j.lease_token = r.lease_token, mls.waits_with(j) w (id)));
  perform from mls.media_lanes l
  where (l.failures > 0 or l.open_until is not null) and l.lane in (
    select j.lane from jsonb_to_recordset(results) r (id bigint) join public.mls_media_jobs j on j.id = r.id)
  order by l.lane for no key update;
  -- in one order: two reports must not wait for each other
  for result in select r.value from jsonb_array_elements(results) r order by r.value ->> 'sha256', r.value ->> 'id' loop
    select * into job from public.mls_media_jobs j
    where j.id = (result ->> 'id')::bigint and j.lease_token = (result ->> 'lease_token')::uuid for no key update;
    if not found then
      counts := jsonb_set(counts, '{lost}', to_jsonb((counts ->> 'lost')::integer + 1));
      continue;
    end if;
    -- a request that was sent before the host asked for rest says nothing about it
    update mls.media_lanes l set failures = 0, open_until = null, opened_at = null
    where l.lane = job.lane and (l.failures > 0 or l.open_until is not null) and (l.opened_at is null or l.opened_at < job.leased_at);
    outcome := mls.content_arrived(job.tenant_id, result, array(select mls.waits_with(job)), base);
    if outcome = 'lost' then
      -- once more, from the start
      update public.mls_media_jobs j set lease_token = null, next_attempt_at = clock_timestamp() + interval '10 seconds' where j.id = job.id;
    end if;
    counts := jsonb_set(counts, array[outcome], to_jsonb((counts ->> outcome)::integer + 1));
  end loop;
  return counts;
end $$;
comment on function mls.media_copied(jsonb, text) is
  'Notes fetched pictures, [{id, lease_token, sha256, bytes, mime_type, original_bucket, original_path, variants}], in one transaction; answers {stored, variants (wait for a worker), failed, lost}. base: what addresses of published files begin with.';

-- ----- mls.take_pictures(text, jsonb) -----
create function mls.take_pictures(office_key text, pictures jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  picture jsonb;
  media public.mls_listing_media;
begin
  perform mls.lock_listings_of(array(
    select m.id from jsonb_to_recordset(pictures -> 'items') p (listing_key text, media_key text)
    join public.mls_listing_media m on m.resource_record_key = p.listing_key and m.origin_media_key = p.media_key
      and m.originating_office_key = take_pictures.office_key));
  -- in one order: two reports must not wait for each other
  for picture in
    select p.value from jsonb_array_elements(pictures -> 'items') p order by p.value ->> 'sha256', p.value ->> 'media_key'
  loop
    select * into media from public.mls_listing_media m
    where m.resource_record_key = picture ->> 'listing_key' and m.origin_media_key = picture ->> 'media_key'
      and m.originating_office_key = take_pictures.office_key;
    continue when not found or not mls.wants_copy(media);
    -- what is shown, or waits for its sizes, is left alone: a worker may be at it
    continue when media.copy_status = 'stored' and media.file_sha256 = picture ->> 'sha256' or exists (
      select from public.mls_media_jobs j where j.media_id = media.id and j.sha256 = picture ->> 'sha256');
    -- the record may say nothing new, and what came with it be another try
    update public.mls_listing_media m set copy_status = 'pending', copy_error = null where m.id = media.id and m.copy_status = 'failed';
    insert into public.mls_media_jobs as j (kind, tenant_id, media_id, address, lane)
    values ('copy', media.tenant_id, media.id, media.source_url, mls.media_lane(media.source_url, '{}'))
    on conflict (media_id) do update set lease_token = null, asked_at = clock_timestamp();
    perform mls.content_arrived(media.tenant_id, picture, array[media.id], pictures ->> 'base');
  end loop;
end $$;
comment on function mls.take_pictures(text, jsonb) is
  'Takes pictures that came inside the answers of a source together with their records: {base: what addresses of published files begin with, items: [{media_key, listing_key, and a content as for mls.content_arrived}]}. Nothing waits for a fetch then, which no address would answer.';

-- ----- mls.media_not_copied(jsonb) -----
create function mls.media_not_copied(result jsonb) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  job public.mls_media_jobs;
  fault mls.media_faults;
  wait interval;
begin
  perform mls.lock_listings_of(array(
    select w.id from public.mls_media_jobs j, mls.waits_with(j) w (id)
    where j.id = (result ->> 'id')::bigint and j.lease_token = (result ->> 'lease_token')::uuid));
  select * into job from public.mls_media_jobs j
  where j.id = (result ->> 'id')::bigint and j.lease_token = (result ->> 'lease_token')::uuid for no key update;
  if not found then
    return 'lost';
  end if;
  select * into fault from mls.media_faults f where f.code = coalesce(
    (select x.code from mls.media_faults x where x.code = result ->> 'code'), 'internal');
  if fault.blames_host then
    update mls.media_lanes l set failures = l.failures + 1,
      opened_at = case when fault.code = 'rate_limited' or l.failures >= 9 then clock_timestamp() else l.opened_at end,
      open_until = case
        when fault.code = 'rate_limited' then greatest(l.open_until, clock_timestamp() + coalesce((result ->> 'retry_after')::double precision, 60) * interval '1 second')
        when l.failures >= 9 then clock_timestamp() + least(interval '1 hour', interval '30 seconds' * 2 ^ least(l.failures - 9, 7))
        else l.open_until
      end
    -- what was under way when the host was left alone fails with it, and is no further try
    where l.lane = job.lane and (l.opened_at is null or l.opened_at < job.leased_at or fault.code = 'rate_limited');
  end if;
  if fault.asks_source then
    perform mls.want_addresses(array(select mls.waits_with(job)));
  end if;
  if job.attempts >= fault.attempts or (result ->> 'final')::boolean then
    perform mls.give_up_copies(array(select mls.waits_with(job)), fault.code, result ->> 'message');
    return 'failed';
  end if;
  -- half a minute, one, two, four, up to an hour; not all at the same moment
  wait := least(interval '1 hour', interval '30 seconds' * 2 ^ least(job.attempts - 1, 7)) * (0.75 + random() / 2);
  update public.mls_media_jobs j set lease_token = null, last_error_code = fault.code, last_error = left(result ->> 'message', 500),
    next_attempt_at = clock_timestamp() + greatest(wait, coalesce((result ->> 'retry_after')::double precision, 0) * interval '1 second')
  where j.id = job.id;
  return 'waiting';
end $$;
comment on function mls.media_not_copied(jsonb) is
  'Notes that a picture could not be fetched, {id, lease_token, code (mls.media_faults), message, retry_after (seconds), final (no attempt more)}: waiting for the next attempt, failed for good, or lost, where the lease was.';

-- ===== variants =====

-- ----- mls.media_rendered(jsonb, text) -----
create function mls.media_rendered(results jsonb, base text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  result jsonb;
  job public.mls_media_jobs;
  file public.mls_media_files;
  waiting uuid[];
  shown integer := 0;
  dropped jsonb := '[]';
  keeps boolean;
begin
  perform mls.lock_listings_of(array(
    select m.id from jsonb_to_recordset(results) r (id bigint, lease_token uuid)
    join public.mls_media_jobs j on j.id = r.id and j.lease_token = r.lease_token
    join public.mls_listing_media m on m.tenant_id = j.tenant_id and m.file_sha256 = j.sha256
    union
    select c.media_id from jsonb_to_recordset(results) r (id bigint, lease_token uuid)
    join public.mls_media_jobs j on j.id = r.id and j.lease_token = r.lease_token
    join public.mls_media_jobs c on c.tenant_id = j.tenant_id and c.sha256 = j.sha256 and c.kind = 'copy'));
  for result in select r.value from jsonb_array_elements(results) r order by r.value ->> 'sha256' loop
    select * into job from public.mls_media_jobs j
    where j.id = (result ->> 'id')::bigint and j.lease_token = (result ->> 'lease_token')::uuid for no key update;
    continue when not found;
    update public.mls_media_files f set
      -- the plain copy has done its service; its object is collected when nobody can still be reading its address
      variants = f.variants - 'plain' || (result -> 'variants'), width = (result ->> 'width')::integer, height = (result ->> 'height')::integer,
      thumbhash = result ->> 'thumbhash', dominant_colour = result ->> 'dominant_colour',
      difference_hash = (result ->> 'difference_hash')::bigint, status = 'ready', error_code = null, error = null
    where f.tenant_id = job.tenant_id and f.sha256 = job.sha256 and f.status <> 'removing'
    returning * into file;
    if found then
      waiting := array(
        select j.media_id from public.mls_media_jobs j where j.tenant_id = file.tenant_id and j.sha256 = file.sha256 and j.kind = 'copy'
        union
        -- the plain copy was shown so far
        select m.id from public.mls_listing_media m
        where m.tenant_id = file.tenant_id and m.file_sha256 = file.sha256 and m.shared_from is null);
      shown := shown + mls.show_file(waiting, file, base);
      delete from public.mls_media_jobs j where j.tenant_id = file.tenant_id and j.sha256 = file.sha256 and j.kind = 'copy';
      keeps := exists (
        select from public.mls_listing_media m
        where m.id = any (waiting) and mls.media_rules(m.originating_office_key, m.origin_system) ->> 'originals' = 'keep');
      if file.original_path is not null and not keeps then
        dropped := dropped || jsonb_build_object('bucket', file.original_bucket, 'path', file.original_path);
        update public.mls_media_files f set original_bucket = null, original_path = null
        where f.tenant_id = file.tenant_id and f.sha256 = file.sha256;
      end if;
    end if;
    delete from public.mls_media_jobs j where j.id = job.id;
  end loop;
  return jsonb_build_object('shown', shown, 'dropped', dropped);
end $$;
comment on function mls.media_rendered(jsonb, text) is
  'Notes variants, [{id, lease_token, sha256, variants, width, height, thumbhash, dominant_colour, difference_hash}], in one transaction; answers {shown: how many pictures of listings show them from then on, dropped: [{bucket, path}] originals that no rule keeps, to be deleted}.';

-- ----- mls.media_not_rendered(jsonb) -----
create function mls.media_not_rendered(result jsonb) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  job public.mls_media_jobs;
  file public.mls_media_files;
  fault mls.media_faults;
  waiting uuid[];
begin
  perform mls.lock_listings_of(array(
    select c.media_id from public.mls_media_jobs j
    join public.mls_media_jobs c on c.tenant_id = j.tenant_id and c.sha256 = j.sha256 and c.kind = 'copy'
    where j.id = (result ->> 'id')::bigint and j.lease_token = (result ->> 'lease_token')::uuid));
  select * into job from public.mls_media_jobs j
  where j.id = (result ->> 'id')::bigint and j.lease_token = (result ->> 'lease_token')::uuid for no key update;
  if not found then
    return 'lost';
  end if;
  select * into file from public.mls_media_files f where f.tenant_id = job.tenant_id and f.sha256 = job.sha256 for no key update;
  waiting := array(select j.media_id from public.mls_media_jobs j
    where j.tenant_id = job.tenant_id and j.sha256 = job.sha256 and j.kind = 'copy');
  if result ->> 'code' in ('truncated', 'unreadable') and not 'truncated' = any (file.flags) then
    -- perhaps the transfer broke: fetched once more, and taken as it is if it comes the same
    update public.mls_media_files f set status = 'suspect' where f.tenant_id = job.tenant_id and f.sha256 = job.sha256;
    update public.mls_media_jobs j set sha256 = null, next_attempt_at = clock_timestamp(), asked_at = clock_timestamp() where j.media_id = any (waiting);
    delete from public.mls_media_jobs j where j.id = job.id;
    return 'fetched again';
  end if;
  if result ->> 'code' = 'file_missing' then
    -- lost by Storage, not by the source
    update public.mls_media_jobs j set lease_token = null, next_attempt_at = clock_timestamp() where j.id = job.id;
    perform mls.restore_media(file.tenant_id, file.sha256, array[case when file.original_path is null then 'large' else 'original' end]);
    return 'fetched again';
  end if;
  select * into fault from mls.media_faults f where f.code = coalesce(
    (select x.code from mls.media_faults x where x.code = result ->> 'code'), 'internal');
  if job.attempts >= fault.attempts then
    update public.mls_media_files f set status = 'failed', error_code = fault.code, error = left(result ->> 'message', 500)
    where f.tenant_id = job.tenant_id and f.sha256 = job.sha256;
    perform mls.give_up_copies(waiting, fault.code, result ->> 'message');
    delete from public.mls_media_jobs j where j.id = job.id;
    return 'failed';
  end if;
  update public.mls_media_jobs j set lease_token = null, last_error_code = fault.code, last_error = left(result ->> 'message', 500),
    next_attempt_at = clock_timestamp() + least(interval '1 hour', interval '10 seconds' * 2 ^ least(job.attempts - 1, 8))
  where j.id = job.id;
  return 'waiting';
end $$;
comment on function mls.media_not_rendered(jsonb) is
  'Notes that variants could not be made, {id, lease_token, code, message}: waiting, failed for good, fetched again (the file seems broken, or Storage lost it), or lost.';

-- ===== another domain =====

-- ----- mls.readdress_media(text, integer) -----
create function mls.readdress_media(base text, most integer default 500) returns integer
language sql volatile set search_path = ''
as $$
  with moved as (
    select m.id, mls.media_addresses(f.variants, base) as addresses
    from public.mls_listing_media m
    join public.mls_media_files f on f.tenant_id = m.tenant_id and f.sha256 = m.file_sha256
    where m.file_sha256 is not null and m.copy_status = 'stored' and m.shared_from is null and not starts_with(m.media_url, base || '/')
    limit most
  ), changed as (
    update public.mls_listing_media m set
      resolution_urls = moved.addresses, media_url = coalesce(moved.addresses -> 'large', moved.addresses -> 'plain') ->> 'url'
    from moved where m.id = moved.id returning 1
  )
  select count(*)::integer from changed
$$;
comment on function mls.readdress_media(text, integer) is
  'Gives published pictures their addresses below another base, where the project got a domain or a CDN; answers how many were changed.';

grant execute on function mls.media_addresses(jsonb, text), mls.show_file(uuid[], public.mls_media_files, text),
  mls.give_up_copies(uuid[], text, text), mls.content_arrived(uuid, jsonb, uuid[], text), mls.take_pictures(text, jsonb),
  mls.waits_with(public.mls_media_jobs), mls.lock_listings_of(uuid[]), mls.ask_for_variants(uuid, text), mls.known_file(uuid, text),
  mls.media_copied(jsonb, text), mls.media_not_copied(jsonb), mls.media_rendered(jsonb, text), mls.media_not_rendered(jsonb),
  mls.readdress_media(text, integer) to service_role;
