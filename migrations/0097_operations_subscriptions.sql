-- Webhook subscriptions as operators see them: whose, how they are, and what helps a subscriber who is in trouble.

-- ----- mls.reached_subscription(text, jsonb) -----
create function mls.reached_subscription(id text, context jsonb) returns public.mls_webhook_subscriptions
language sql stable set search_path = ''
as $$
  select w from public.mls_webhook_subscriptions w join public.mls_api_clients c on c.id = w.client_id
  where w.id = mls.try_uuid(reached_subscription.id) and (mls.reached_client(c.client_id, context)).client_id is not null
$$;
comment on function mls.reached_subscription(text, jsonb) is 'A subscription of a client that the operator may manage; null for another.';

-- ----- mls.list_subscriptions(jsonb, jsonb) -----
create function mls.list_subscriptions(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select mls.list_page('subscriptions', jsonb_agg(to_jsonb(s) order by s.client_id, s.id), mls.page_size(request), 'client_id', 'id')
  from (
    select w.id, c.client_id, w.resource, mls.host_of(w.url) as host, w.kinds, w.filter, w.format,
      case when w.status = 'DISABLED' then 'disabled' when w.failing_since is not null then 'failing' else 'active' end as state,
      w.disabled_reason, w.failing_since, w.created_at, m.waiting, m.failed, m.oldest_due, m.last_delivered_at,
      l.last_attempt_at, l.last_status, l.last_error
    from public.mls_webhook_subscriptions w
    join public.mls_api_clients c on c.id = w.client_id
    cross join lateral (
      select count(*) filter (where x.status = 'PENDING') as waiting, count(*) filter (where x.status = 'FAILED') as failed,
        min(x.next_attempt_at) as oldest_due, max(x.delivered_at) as last_delivered_at
      from public.mls_webhook_messages x where x.subscription_id = w.id
    ) m
    left join lateral (
      select x.last_attempt_at, x.last_status, x.last_error from public.mls_webhook_messages x
      where x.subscription_id = w.id and x.last_attempt_at is not null order by x.last_attempt_at desc limit 1
    ) l on true
    where (mls.reached_client(c.client_id, context)).client_id is not null
      and (request ->> 'client_id' is null or c.client_id = request ->> 'client_id')
      and (request ->> 'state' is null or request ->> 'state' =
        case when w.status = 'DISABLED' then 'disabled' when w.failing_since is not null then 'failing' else 'active' end)
      and (request ->> 'after' is null
        or (c.client_id, w.id) > (split_part(request ->> 'after', '/', 1), split_part(request ->> 'after', '/', 2)::uuid))
    order by c.client_id, w.id limit mls.page_size(request)
  ) s
$$;
comment on function mls.list_subscriptions(jsonb, jsonb) is
  'Webhook subscriptions of the clients that the operator may manage: {client_id?, state? (active, failing, disabled), after? (next of a page), limit?}. Of an address the host alone: the rest may hold keys. Neither secrets nor messages.';

-- ----- mls.find_subscription(text, jsonb) -----
create function mls.find_subscription(id text, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select case when (mls.reached_subscription(id, context)).id is null
    then jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such subscription of a client that you administer.')
    else (select jsonb_build_object('status', 200, 'answer', jsonb_build_object('id', w.id, 'client_id', c.client_id))
      from public.mls_webhook_subscriptions w join public.mls_api_clients c on c.id = w.client_id
      where w.id = (mls.reached_subscription(find_subscription.id, context)).id) end
$$;
comment on function mls.find_subscription(text, jsonb) is 'A subscription that the operator reaches: {id, client_id}, or 404.';

-- ----- mls.note_subscription(text, text, text, jsonb, jsonb) -----
create function mls.note_subscription(client_id text, id text, what text, details jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (mls.reached_client(client_id, context)).client_id is null then
    return mls.find_client(client_id, context);
  end if;
  perform mls.note_action(context, 'subscription.' || what, client_id || coalesce('/' || id, ''), details, mls.market_of_client(client_id));
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('client_id', client_id));
end $$;
comment on function mls.note_subscription(text, text, text, jsonb, jsonb) is
  'Writes down, before it is done, what an operator does to a subscription of a client: {client_id}, or 404 where the client is not theirs to manage. details hold no secret and of an address the host alone.';

-- ----- mls.help_subscription(text, text, jsonb) -----
create function mls.help_subscription(id text, help text, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  subscription constant public.mls_webhook_subscriptions := mls.reached_subscription(help_subscription.id, context);
  client text;
  retried integer := 0;
begin
  if subscription.id is null then
    return mls.find_subscription(help_subscription.id, context);
  end if;
  if help = 'enable' then
    update public.mls_webhook_subscriptions w set status = 'ACTIVE', disabled_reason = null, failing_since = null where w.id = subscription.id;
  else
    retried := mls.retry_webhooks(subscription.id);
  end if;
  select c.client_id into client from public.mls_api_clients c where c.id = subscription.client_id;
  perform mls.note_action(context, 'subscription.' || help, client || '/' || subscription.id, jsonb_build_object('retried', retried),
    mls.market_of_client(client));
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('id', subscription.id, 'retried', retried));
end $$;
comment on function mls.help_subscription(text, text, jsonb) is
  'What an operator does for a subscriber whose receiver is mended. enable: takes a disabled subscription up where it stopped; retry: tries all again that was given up. Answers {id, retried}.';
grant execute on function mls.list_subscriptions(jsonb, jsonb), mls.find_subscription(text, jsonb),
  mls.note_subscription(text, text, text, jsonb, jsonb), mls.help_subscription(text, text, jsonb)
  to service_role;
