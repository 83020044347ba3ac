-- API clients, schedules, alerts and settings for the admin door.

-- ===== API clients =====

-- ----- mls.reached_client(text, jsonb) -----
create function mls.reached_client(client_id text, context jsonb) returns public.mls_api_clients
language sql stable set search_path = ''
as $$
  select c from public.mls_api_clients c
  where c.client_id = reached_client.client_id
    and (not context ? 'tenant_id' or (
      not 'admin' = any (c.scopes) and c.offices <> '{}' and c.offices <@ array(
        select m.name from mls.market_offices m where m.tenant_id = (context ->> 'tenant_id')::uuid)))
$$;
comment on function mls.reached_client(text, jsonb) is
  'A client that the operator may manage; an administrator of a market those that have its offices alone, and not the scope admin.';

-- ----- mls.describe_client(mls_api_clients) -----
create function mls.describe_client(client public.mls_api_clients) returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(client) - '{id,secret_hash,previous_secret_hash}'::text[] || jsonb_build_object('disabled', client.disabled_at is not null)
$$;
comment on function mls.describe_client(public.mls_api_clients) is 'A client as the admin door shows it: without its secrets.';

-- ----- mls.client_faults(jsonb, jsonb) -----
create function mls.client_faults(request jsonb, context jsonb) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  office text;
begin
  for office in select jsonb_array_elements_text(request -> 'offices') loop
    if not coalesce(exists (
      select from mls.market_offices m
      where m.name = office and (not context ? 'tenant_id' or m.tenant_id = (context ->> 'tenant_id')::uuid)), false)
      and (office <> '*' or context ? 'tenant_id') then
      return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'target', 'offices',
        'detail', format('There is no market office "%s" that you administer.', left(office, 80)));
    end if;
  end loop;
  if context ? 'tenant_id' and (request -> 'scopes' ? 'admin' or (request ? 'offices' and jsonb_array_length(request -> 'offices') = 0)) then
    return jsonb_build_object('status', 403, 'code', 'forbidden', 'detail',
      'An administrator of a market gives access to that market: name its offices, and not the scope admin.');
  end if;
  return null;
end $$;
comment on function mls.client_faults(jsonb, jsonb) is 'Why an operator may not give a client these offices and scopes; null where it is in order.';

-- ----- mls.list_clients(jsonb, jsonb) -----
create function mls.list_clients(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select mls.list_page('clients', jsonb_agg(c.client order by c.client_id), mls.page_size(request), 'client_id')
  from (
    select x.client_id, mls.describe_client(x) as client from public.mls_api_clients x
    where x.client_id > coalesce(request ->> 'after', '') and (mls.reached_client(x.client_id, context)).client_id is not null
    order by x.client_id limit mls.page_size(request)
  ) c
$$;
comment on function mls.list_clients(jsonb, jsonb) is 'The clients that the operator may manage, by id: {after? (a client_id), limit?}.';

-- ----- mls.find_client(text, jsonb) -----
create function mls.find_client(client_id text, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select case when (mls.reached_client(client_id, context)).client_id is null
    then jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such client that you administer.')
    else jsonb_build_object('status', 200, 'answer', jsonb_build_object('client_id', client_id)) end
$$;
comment on function mls.find_client(text, jsonb) is 'Whether the operator may manage a client: {client_id}, or 404.';

-- ----- mls.add_client(jsonb, text, jsonb) -----
create function mls.add_client(request jsonb, secret_hash text, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  fault jsonb := mls.client_faults(jsonb_build_object('offices', '[]'::jsonb) || request, context);
  stored public.mls_api_clients;
begin
  if fault is not null then
    return fault;
  end if;
  insert into public.mls_api_clients (client_id, name, secret_hash, scopes, offices, grants, edits, profile, api_visibility, top_means, stamps,
    rate_limit_per_minute, expires_at)
  select r.client_id, coalesce(r.name, r.client_id), add_client.secret_hash, coalesce(r.scopes, '{}'), coalesce(r.offices, '{}'), coalesce(r.grants, '{}'),
    coalesce(r.edits, '{}'), coalesce(r.profile, 'gold'), coalesce(r.api_visibility, 'all'), r.top_means, coalesce(r.stamps, 'microseconds'),
    coalesce(r.rate_limit_per_minute, 600), r.expires_at
  from jsonb_populate_record(null::public.mls_api_clients, request) r
  returning * into stored;
  perform mls.note_action(context, 'client.add', stored.client_id, request, mls.market_of_client(stored.client_id));
  return jsonb_build_object('status', 201, 'answer', mls.describe_client(stored));
exception when unique_violation then
  return jsonb_build_object('status', 409, 'code', 'conflict', 'detail', 'There is a client of this id.');
when check_violation then
  return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'detail', format('The client cannot be set up like this: %s.', sqlerrm));
end $$;
comment on function mls.add_client(jsonb, text, jsonb) is
  'Creates a client {client_id, name?, scopes?, offices?, grants?, edits?, profile?, api_visibility?, top_means?, stamps?, rate_limit_per_minute?, expires_at?} with the hash of its secret, made by the caller.';

-- ----- mls.change_client(text, jsonb, jsonb) -----
create function mls.change_client(client_id text, request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  stored public.mls_api_clients := mls.reached_client(client_id, context);
  wanted public.mls_api_clients;
  fault jsonb := mls.client_faults(request, context);
begin
  if stored.id is null then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such client that you administer.');
  elsif fault is not null then
    return fault;
  end if;
  wanted := jsonb_populate_record(stored, request - 'disabled');
  update public.mls_api_clients c set
    (name, scopes, offices, grants, edits, profile, api_visibility, top_means, stamps, rate_limit_per_minute, expires_at)
      = (wanted.name, wanted.scopes, wanted.offices, wanted.grants, wanted.edits, wanted.profile, wanted.api_visibility, wanted.top_means, wanted.stamps,
         wanted.rate_limit_per_minute, wanted.expires_at),
    disabled_at = case request ->> 'disabled' when 'true' then coalesce(c.disabled_at, now()) when 'false' then null else c.disabled_at end
  where c.id = stored.id
  returning * into stored;
  perform mls.note_action(context, 'client.change', stored.client_id, request, mls.market_of_client(stored.client_id));
  return jsonb_build_object('status', 200, 'answer', mls.describe_client(stored));
exception when check_violation or not_null_violation then
  return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'detail', format('The client cannot be set up like this: %s.', sqlerrm));
end $$;
comment on function mls.change_client(text, jsonb, jsonb) is
  'Changes a client; what is left out stays. disabled: true shuts it out, within half a minute also where it has a token.';

-- ----- mls.rotate_client(text, text, integer, jsonb) -----
create function mls.rotate_client(client_id text, new_hash text, grace_hours integer, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  stored public.mls_api_clients := mls.reached_client(client_id, context);
begin
  if stored.id is null then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such client that you administer.');
  end if;
  update public.mls_api_clients c set
    previous_secret_hash = case when grace_hours > 0 then c.secret_hash end,
    previous_secret_expires_at = case when grace_hours > 0 then now() + grace_hours * interval '1 hour' end,
    secret_hash = new_hash
  where c.id = stored.id
  returning * into stored;
  perform mls.note_action(context, 'client.rotate', stored.client_id, jsonb_build_object('grace_hours', grace_hours), mls.market_of_client(stored.client_id));
  return jsonb_build_object('status', 200, 'answer', mls.describe_client(stored));
end $$;
comment on function mls.rotate_client(text, text, integer, jsonb) is
  'Gives a client a new secret, by its hash; the old one is accepted for the grace time.';

-- ===== schedules, alerts, settings =====

-- ----- mls.change_schedule(text, jsonb, jsonb) -----
create function mls.change_schedule(job text, request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  stored public.mls_schedules;
begin
  update public.mls_schedules s set
    cron = coalesce(request ->> 'cron', s.cron), enabled = coalesce((request ->> 'enabled')::boolean, s.enabled),
    max_seconds = coalesce((request ->> 'max_seconds')::integer, s.max_seconds),
    -- by the old rhythm it would be called missed
    next_run_at = case when request ?| '{cron,enabled}' then null else s.next_run_at end
  where s.job = change_schedule.job
  returning * into stored;
  if not found then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such job.');
  end if;
  perform mls.note_action(context, 'schedule.change', job, request);
  return jsonb_build_object('status', 200, 'answer', to_jsonb(stored));
end $$;
comment on function mls.change_schedule(text, jsonb, jsonb) is 'Changes {cron, enabled, max_seconds} of a job; it takes effect at once.';

-- ----- mls.list_schedules() -----
create function mls.list_schedules() returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('schedules', coalesce(jsonb_agg(to_jsonb(s) order by s.job), '[]')))
  from public.mls_schedules s
$$;
comment on function mls.list_schedules() is 'The jobs of the clock.';

-- ----- mls.list_alerts(jsonb, jsonb) -----
create function mls.list_alerts(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select mls.list_page('alerts', jsonb_agg(to_jsonb(a) order by a.id desc), mls.page_size(request))
  from (
    select x.* from public.mls_alerts x
    where (request ->> 'resolved' = 'true' or x.resolved_at is null)
      and (not context ? 'tenant_id'
        or split_part(x.subject, '/', 1) = (select t.code from public.mls_tenants t where t.id = (context ->> 'tenant_id')::uuid)
        or exists (select from public.mls_offices o
          where o.tenant_id = (context ->> 'tenant_id')::uuid and o.office_key = any (string_to_array(x.subject, '/'))))
      and (request ->> 'before' is null or x.id < (request ->> 'before')::bigint)
    order by x.id desc limit mls.page_size(request)
  ) a
$$;
comment on function mls.list_alerts(jsonb, jsonb) is
  'Open alerts, newest first; with {resolved: true} those that are over, too: {resolved?, before? (an id), limit?}.';

-- ----- mls.list_settings(jsonb) -----
create function mls.list_settings(context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('ingest', coalesce(jsonb_agg(to_jsonb(s) order by s.office_key, s.source), '[]')))
  from public.mls_ingest_settings s
  where exists (select from public.mls_offices o where o.office_key = s.office_key
    and (not context ? 'tenant_id' or o.tenant_id = (context ->> 'tenant_id')::uuid))
$$;
comment on function mls.list_settings(jsonb) is 'What is agreed with sources that send; a row only where it differs from the default.';

-- ----- mls.change_settings(jsonb, jsonb) -----
create function mls.change_settings(request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office record;
  stored public.mls_ingest_settings;
begin
  select o.office_key, o.tenant_id into office from mls.market_offices o
  where o.name = request ->> 'office_key' and (not context ? 'tenant_id' or o.tenant_id = (context ->> 'tenant_id')::uuid);
  if office.office_key is null then
    return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'target', 'office_key', 'detail', 'There is no such market office that you administer.');
  end if;
  insert into public.mls_ingest_settings as s (source, office_key, overlap_seconds, max_stale_share)
  values (request ->> 'source', office.office_key, coalesce((request ->> 'overlap_seconds')::integer, 3600),
    coalesce((request ->> 'max_stale_share')::double precision, 0.1))
  on conflict (source, office_key) do update set
    overlap_seconds = coalesce((request ->> 'overlap_seconds')::integer, s.overlap_seconds),
    max_stale_share = coalesce((request ->> 'max_stale_share')::double precision, s.max_stale_share)
  returning * into stored;
  perform mls.note_action(context, 'settings.change', (request ->> 'source') || '/' || office.office_key, request, office.tenant_id);
  return jsonb_build_object('status', 200, 'answer', to_jsonb(stored));
exception when check_violation then
  return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'detail', format('This cannot be agreed: %s.', sqlerrm));
end $$;
comment on function mls.change_settings(jsonb, jsonb) is 'Sets {source, office_key, overlap_seconds?, max_stale_share?} of a source that sends.';
grant execute on function mls.list_clients(jsonb, jsonb), mls.find_client(text, jsonb), mls.add_client(jsonb, text, jsonb), mls.change_client(text, jsonb, jsonb),
  mls.rotate_client(text, text, integer, jsonb), mls.change_schedule(text, jsonb, jsonb), mls.list_schedules(), mls.list_alerts(jsonb, jsonb),
  mls.list_settings(jsonb), mls.change_settings(jsonb, jsonb) to service_role;
