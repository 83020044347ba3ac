-- Files of sources: they arrive in parts, are read part by part, and go when they have been read.

-- ----- mls.begin_source_file(uuid, text) -----
create function mls.begin_source_file(source_id uuid, name text) returns uuid
language sql volatile security definer set search_path = ''
as $$
  insert into public.mls_source_files (source_id, tenant_id, name)
  select s.id, s.tenant_id, left(begin_source_file.name, 255) from public.mls_sources s where s.id = begin_source_file.source_id
  returning id
$$;
comment on function mls.begin_source_file(uuid, text) is 'Announces a file of a source: its id, under which the parts are put.';

-- ----- mls.finish_source_file(uuid, jsonb) -----
create function mls.finish_source_file(file_id uuid, facts jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  file public.mls_source_files;
  source public.mls_sources;
  last public.mls_source_files;
  run uuid;
begin
  select * into file from public.mls_source_files f where f.id = finish_source_file.file_id for update;
  select * into source from public.mls_sources s where s.id = file.source_id for no key update;
  select * into last from public.mls_source_files f
  where f.source_id = source.id and f.id <> file.id and f.status in ('ready', 'read') order by f.arrived_at desc limit 1;
  if last.content_sha256 = facts ->> 'content_sha256' and last.format = source.settings and not coalesce((facts ->> 'again')::boolean, false)
    and source.mapping_version = coalesce((select r.mapping_version from public.mls_source_runs r where r.id = last.run_id), source.mapping_version)
  then
    delete from public.mls_source_files f where f.id = file.id;
    return jsonb_build_object('file_id', last.id, 'sha256', facts ->> 'sha256', 'duplicate', true);
  end if;
  update public.mls_source_files f set status = 'ready', sha256 = facts ->> 'sha256', content_sha256 = facts ->> 'content_sha256',
    bytes = (facts ->> 'bytes')::bigint, format = source.settings, etag = facts ->> 'etag', last_modified = facts ->> 'last_modified',
    run_id = (facts ->> 'run_id')::uuid
  where f.id = file.id;
  if exists (select from public.mls_source_runs r where r.id = (facts ->> 'run_id')::uuid and r.mode = 'PROBE') then
    return jsonb_build_object('file_id', file.id, 'sha256', facts ->> 'sha256', 'duplicate', false);
  end if;
  -- a newer snapshot replaces the older ones, but for one that is being read or arrives at this moment
  delete from mls.source_file_parts p using public.mls_source_files f
  where f.id = p.file_id and f.source_id = source.id and f.id <> file.id
    and (f.status <> 'arriving' or f.arrived_at < clock_timestamp() - interval '1 hour')
    and not exists (select from public.mls_source_runs r where r.id = f.run_id and mls.is_active(r.status));
  update public.mls_source_files f set status = 'failed'
  where f.source_id = source.id and f.id <> file.id and f.status = 'ready' and f.run_id is null;
  if facts ->> 'run_id' is null then
    run := mls.queue_source_run(source, 'FULL', 'file', facts ->> 'requested_by', false);
  end if;
  return jsonb_build_object('file_id', file.id, 'sha256', facts ->> 'sha256', 'duplicate', false) || jsonb_strip_nulls(jsonb_build_object('run_id', run));
end $$;
comment on function mls.finish_source_file(uuid, jsonb) is
  'A file has arrived whole: {sha256, content_sha256, bytes, etag?, last_modified?, run_id?, again?, requested_by?}. The content of the last one, to be read in the same way, is a duplicate and queues nothing.';

-- ----- mls.take_source_file(uuid, uuid) -----
create function mls.take_source_file(run_id uuid, token uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  run public.mls_source_runs;
  file public.mls_source_files;
  source_has_no_url boolean;
begin
  select * into run from public.mls_source_runs r where r.id = take_source_file.run_id and r.lease_token = token;
  select not s.settings ? 'url' into source_has_no_url from public.mls_sources s where s.id = run.source_id;
  select * into file from public.mls_source_files f
  where f.source_id = run.source_id and f.status in ('ready', 'read', 'failed')
    and (f.status = 'ready' or source_has_no_url) -- what is fetched is fetched anew
    and exists (select from mls.source_file_parts p where p.file_id = f.id)
  order by f.arrived_at desc limit 1 for update;
  if not found then
    return null;
  end if;
  if run.mode <> 'PROBE' then
    update public.mls_source_files f set run_id = run.id, status = 'ready' where f.id = file.id;
  end if;
  return jsonb_build_object('id', file.id, 'name', file.name, 'bytes', file.bytes);
end $$;
comment on function mls.take_source_file(uuid, uuid) is 'The file that a run is to read: the newest that waits, or where files are sent the last one again (the mapping may have changed): {id, name, bytes}; null when there is none.';

-- ----- mls.last_source_file(uuid) -----
create function mls.last_source_file(source_id uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', f.id, 'etag', f.etag, 'last_modified', f.last_modified, 'content_sha256', f.content_sha256)
  from public.mls_source_files f
  join public.mls_sources s on s.id = f.source_id
  join public.mls_source_runs r on r.id = f.run_id
  where f.source_id = last_source_file.source_id and f.status = 'read' and f.format = s.settings and r.mapping_version = s.mapping_version
  order by f.arrived_at desc limit 1
$$;
comment on function mls.last_source_file(uuid) is 'What is known of the last file that was read to its end, as it would be read now: to ask for it only if it has changed.';

-- ----- mls.read_source_file(uuid, bigint, integer) -----
create function mls.read_source_file(file_id uuid, start bigint, length integer) returns bytea
language sql stable security definer set search_path = ''
as $$
  select substring(string_agg(p.content, '' order by p.part) from (start % 1048576)::integer + 1 for length)
  from mls.source_file_parts p
  where p.file_id = read_source_file.file_id and p.part between start / 1048576 and (start + length - 1) / 1048576
$$;
comment on function mls.read_source_file(uuid, bigint, integer) is 'Bytes of a file from a place on, fewer at its end; null behind it.';

grant execute on function mls.begin_source_file(uuid, text), mls.finish_source_file(uuid, jsonb), mls.take_source_file(uuid, uuid),
  mls.last_source_file(uuid), mls.read_source_file(uuid, bigint, integer) to service_role;
