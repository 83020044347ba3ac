-- Webhooks: API clients are told of changes of what they may see. Each subscription reads mls_entity_events from its
-- own position, which is a sequence in commit order: nothing is missed, and going back replays.

-- ----- mls_webhook_subscriptions -----
create table public.mls_webhook_subscriptions (
  id uuid primary key default gen_random_uuid(),
  client_id uuid not null references public.mls_api_clients (id) on delete cascade,
  url text not null check (length(url) <= 2000),
  resource text not null references mls.resources (name),
  kinds text[] not null default '{created,updated,deleted}'
    check (cardinality(kinds) > 0 and kinds <@ array['created', 'updated', 'deleted']),
  filter text check (length(filter) <= 4000),
  secret text not null,
  previous_secret text,
  previous_secret_expires_at timestamptz,
  older_secrets jsonb not null default '[]' check (jsonb_typeof(older_secrets) = 'array'),
  format text not null default 'standard' check (format in ('standard', 'reso')),
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'DISABLED')),
  disabled_reason text,
  position bigint not null default 0,
  failing_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_webhook_subscriptions is
  'Who is told of what. position: the last sequence of mls_entity_events that was looked at. Disabled by 410 or after three days without a success.';
comment on column public.mls_webhook_subscriptions.older_secrets is
  'Secrets before previous_secret that still sign, [{secret, expires_at}]: a second rotation within a day breaks no promise of the first.';
comment on column public.mls_webhook_subscriptions.format is
  'Shape of the body. standard: {type, timestamp, data} as Standard Webhooks has it; reso: an EntityEvent as RCP-28 has it.';
create index mls_webhook_subscriptions_client on public.mls_webhook_subscriptions (client_id);
create trigger touch before update on public.mls_webhook_subscriptions for each row execute function mls.touch_updated_at();
alter table public.mls_webhook_subscriptions enable row level security;
alter table public.mls_webhook_subscriptions force row level security;
grant select, insert, update, delete on public.mls_webhook_subscriptions to service_role;

-- ----- mls_webhook_messages: what is on its way to a subscriber -----
create table public.mls_webhook_messages (
  id uuid primary key default gen_random_uuid(),
  subscription_id uuid not null references public.mls_webhook_subscriptions (id) on delete cascade,
  sequence bigint,
  body text not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'FAILED')),
  attempt_count integer not null default 0,
  next_attempt_at timestamptz default clock_timestamp(),
  lease_token uuid,
  leased_until timestamptz,
  last_attempt_at timestamptz,
  last_status integer,
  last_error text,
  created_at timestamptz not null default clock_timestamp(),
  delivered_at timestamptz
);
comment on table public.mls_webhook_messages is 'Messages by subscription, signed when they are sent. The id stays the same through all attempts, so receivers can drop repetitions.';
create index mls_webhook_messages_due on public.mls_webhook_messages (subscription_id, next_attempt_at) where next_attempt_at is not null;
create index mls_webhook_messages_subscription on public.mls_webhook_messages (subscription_id, sequence);
comment on column public.mls_webhook_messages.sequence is 'Of the event; null for a test.';
create index mls_webhook_messages_newest on public.mls_webhook_messages (subscription_id, created_at desc, id desc);
create index mls_webhook_messages_created on public.mls_webhook_messages (created_at);
alter table public.mls_webhook_messages enable row level security;
alter table public.mls_webhook_messages force row level security;
grant select, insert, update, delete on public.mls_webhook_messages to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_webhook_messages', 'created_at', '30 days', null, 'Delivered or given up long before.');

-- ----- mls.webhook_delay(attempts) -----
create function mls.webhook_delay(attempts integer) returns interval
language sql immutable set search_path = ''
as $$
  select ('{5 s,30 s,5 min,30 min,2 h,5 h,10 h,14 h,18 h,22 h}'::interval[])[attempts]
$$;
comment on function mls.webhook_delay(integer) is 'Time until the next attempt after so many; null after the tenth, some three days after the first.';

-- ----- mls.take_events(subscription_id, amount) -----
create function mls.take_events(subscription_id uuid, amount integer) returns table (
  sequence bigint, resource text, record_key text, kind text, due_position bigint
)
language sql stable set search_path = ''
as $$
  with s as (
    select w.*, c.context from public.mls_webhook_subscriptions w
    join public.mls_api_clients a on a.id = w.client_id
    cross join lateral (select mls.api_client_context(a.client_id) as context) c
    where w.id = subscription_id
  ),
  looked_at as (
    select e.* from public.mls_entity_events e, s where e.sequence > s.position order by e.sequence limit amount
  )
  select l.sequence, l.resource, l.record_key, l.kind, (select max(x.sequence) from looked_at x)
  from looked_at l cross join s
  where l.resource = s.resource and l.kind = any (s.kinds)
    and (l.office_key = any (array(select jsonb_array_elements_text(s.context -> 'offices')))
      or l.previous_office_key = any (array(select jsonb_array_elements_text(s.context -> 'offices'))))
    and (s.context ->> 'api_visibility' = 'all' or l.is_published or l.was_published)
  union all
  select null, null, null, null, (select max(x.sequence) from looked_at x)
$$;
comment on function mls.take_events(uuid, integer) is
  'The next events that a subscription might want, among so many looked at; each row, and one without an event, names the position after them. Filters are the caller''s.';

-- ----- mls.enqueue_webhooks(subscription_id, seen, due_position, messages) -----
create function mls.enqueue_webhooks(subscription_id uuid, seen bigint, due_position bigint, messages jsonb) returns boolean
language plpgsql set search_path = ''
as $$
begin
  update public.mls_webhook_subscriptions w set position = due_position
  where w.id = enqueue_webhooks.subscription_id and w.position = seen and w.status = 'ACTIVE';
  if not found then
    return false;
  end if;
  insert into public.mls_webhook_messages (subscription_id, sequence, body)
  select enqueue_webhooks.subscription_id, m.sequence, m.body from jsonb_to_recordset(messages) m (sequence bigint, body text);
  return true;
end $$;
comment on function mls.enqueue_webhooks(uuid, bigint, bigint, jsonb) is
  'Adds messages and moves the position on, both or neither; false when another worker has moved it already.';

-- ----- mls.webhook_secrets(subscription) -----
create function mls.webhook_secrets(subscription public.mls_webhook_subscriptions) returns jsonb
language sql volatile set search_path = ''
as $$
  select to_jsonb(array_remove(array[subscription.secret,
      case when subscription.previous_secret_expires_at > clock_timestamp() then subscription.previous_secret end], null)
    || array(
      select o ->> 'secret' from jsonb_array_elements(subscription.older_secrets) o where (o ->> 'expires_at')::timestamptz > clock_timestamp()))
$$;
comment on function mls.webhook_secrets(public.mls_webhook_subscriptions) is 'The secrets that sign for a subscription at this moment, newest first.';

-- ----- mls.rotate_webhook_secret(subscription_id, next_secret, keep) -----
create function mls.rotate_webhook_secret(subscription_id uuid, next_secret text, keep interval) returns boolean
language plpgsql set search_path = ''
as $$
begin
  update public.mls_webhook_subscriptions w set
    older_secrets = (
      select coalesce(jsonb_agg(o), '[]')
      from (
        select jsonb_build_object('secret', w.previous_secret, 'expires_at', w.previous_secret_expires_at) as o where w.previous_secret is not null
        union all
        select x from jsonb_array_elements(w.older_secrets) x
      ) e
      where (o ->> 'expires_at')::timestamptz > clock_timestamp()),
    previous_secret = w.secret, previous_secret_expires_at = clock_timestamp() + keep, secret = next_secret
  where w.id = rotate_webhook_secret.subscription_id and jsonb_array_length(mls.webhook_secrets(w)) < 10;
  return found;
end $$;
comment on function mls.rotate_webhook_secret(uuid, text, interval) is
  'Gives a subscription a new secret; each one before signs too for as long as was promised when it was replaced. False where ten sign already: the header has an end.';

-- ----- mls.begin_test_webhook(subscription_id, body, lease_seconds) -----
create function mls.begin_test_webhook(subscription_id uuid, body text, lease_seconds double precision) returns jsonb
language sql volatile set search_path = ''
as $$
  with m as (
    insert into public.mls_webhook_messages (subscription_id, body, attempt_count, lease_token, leased_until, last_attempt_at)
    select w.id, begin_test_webhook.body, 1, gen_random_uuid(), clock_timestamp() + lease_seconds * interval '1 second', clock_timestamp()
    from public.mls_webhook_subscriptions w where w.id = begin_test_webhook.subscription_id and w.status = 'ACTIVE'
    returning *
  )
  select jsonb_build_object('id', m.id, 'subscription_id', w.id, 'lease_token', m.lease_token, 'body', m.body, 'url', w.url,
    'secrets', mls.webhook_secrets(w))
  from m join public.mls_webhook_subscriptions w on w.id = m.subscription_id
$$;
comment on function mls.begin_test_webhook(uuid, text, double precision) is
  'Adds a message that is no event and leases it at once, in the shape of mls.claim_webhooks(); null where the subscription is not active.';

-- ----- mls.retry_webhooks(subscription_id, message_id) -----
create function mls.retry_webhooks(subscription_id uuid, message_id uuid default null) returns integer
language plpgsql set search_path = ''
as $$
declare
  retried integer;
begin
  update public.mls_webhook_messages m set status = 'PENDING', attempt_count = 0, next_attempt_at = clock_timestamp()
  where m.subscription_id = retry_webhooks.subscription_id and (m.leased_until is null or m.leased_until < clock_timestamp())
    and case when message_id is null then m.status = 'FAILED' else m.id = message_id and m.status <> 'DELIVERED' end;
  get diagnostics retried = row_count;
  return retried;
end $$;
comment on function mls.retry_webhooks(uuid, uuid) is
  'Tries what was given up again, now and with all its attempts; one message also where it still waits. Answers how many.';

-- ----- mls.claim_webhooks(amount, lease_seconds, turns, troubled_first) -----
create function mls.claim_webhooks(amount integer, lease_seconds double precision, turns jsonb default '{}', troubled_first boolean default false)
returns setof jsonb
language sql volatile set search_path = ''
as $$
  -- Subscribers take turns: whoever had fewest in this run comes first, however much waits for another. Those that fail
  -- come last, whoever has failed longest behind the others, unless it is their turn. Some more than wanted, since other
  -- workers take of the same.
  with ahead as materialized (
    select c.id, w.failing_since, c.next_attempt_at,
      case when w.failing_since is null or troubled_first then coalesce((turns ->> w.id::text)::integer, 0) + c.place end as turn
    from public.mls_webhook_subscriptions w
    cross join lateral (
      select m.id, m.next_attempt_at, row_number() over (order by m.next_attempt_at) as place
      from public.mls_webhook_messages m
      where m.subscription_id = w.id and m.next_attempt_at <= statement_timestamp()
        and (m.leased_until is null or m.leased_until < statement_timestamp())
      order by m.next_attempt_at limit amount + 50
    ) c
    where w.status = 'ACTIVE'
  ),
  due as (
    select m.id from public.mls_webhook_messages m
    join ahead a on a.id = m.id
    where m.next_attempt_at <= statement_timestamp() and (m.leased_until is null or m.leased_until < statement_timestamp())
    order by (a.failing_since is null) = troubled_first, a.turn, a.failing_since desc nulls first, a.next_attempt_at limit amount for update of m skip locked
  ),
  leased as (
    update public.mls_webhook_messages m
    set lease_token = gen_random_uuid(), leased_until = clock_timestamp() + lease_seconds * interval '1 second',
        attempt_count = m.attempt_count + 1, last_attempt_at = clock_timestamp()
    from due where m.id = due.id returning m.*
  )
  select jsonb_build_object('id', l.id, 'subscription_id', l.subscription_id, 'lease_token', l.lease_token, 'body', l.body, 'url', w.url,
    'secrets', mls.webhook_secrets(w))
  from leased l join public.mls_webhook_subscriptions w on w.id = l.subscription_id
$$;
comment on function mls.claim_webhooks(integer, double precision, jsonb, boolean) is
  'Leases due messages with what is needed to sign and send them. turns: how many each subscription had in this run, {id: number}; whoever had fewest comes first; subscribers in trouble last, or first for once.';

-- ----- mls.replay_webhooks(subscription_id, after_sequence) -----
create function mls.replay_webhooks(subscription_id uuid, after_sequence bigint) returns integer
language plpgsql set search_path = ''
as $$
declare
  replaced integer;
begin
  update public.mls_webhook_subscriptions w set position = after_sequence where w.id = replay_webhooks.subscription_id;
  -- what is on its way at this moment arrives, and then once more
  delete from public.mls_webhook_messages m
  where m.subscription_id = replay_webhooks.subscription_id and m.sequence > after_sequence and m.status = 'PENDING'
    and (m.leased_until is null or m.leased_until < clock_timestamp());
  get diagnostics replaced = row_count;
  return replaced;
end $$;
comment on function mls.replay_webhooks(uuid, bigint) is
  'Goes back (or on) to a sequence: everything after it is looked at again, in the place of what waited of it. Answers how many messages it replaced.';

-- ----- mls.finish_webhook(id, lease_token, status, error, retry_after_seconds) -----
create function mls.finish_webhook(id uuid, lease_token uuid, status integer, error text, retry_after_seconds double precision) returns boolean
language plpgsql set search_path = ''
as $$
declare
  m public.mls_webhook_messages;
  wait interval;
begin
  select * into m from public.mls_webhook_messages x where x.id = finish_webhook.id for update;
  if not found or m.lease_token is distinct from finish_webhook.lease_token then
    return false;
  end if;
  if error is null then
    update public.mls_webhook_messages x set status = 'DELIVERED', delivered_at = clock_timestamp(), next_attempt_at = null,
      lease_token = null, leased_until = null, last_status = finish_webhook.status, last_error = null
    where x.id = m.id;
    update public.mls_webhook_subscriptions w set failing_since = null where w.id = m.subscription_id and w.failing_since is not null;
    return true;
  end if;
  wait := mls.webhook_delay(m.attempt_count) * (0.75 + random() / 4);
  update public.mls_webhook_messages x set
    status = case when wait is null then 'FAILED' else 'PENDING' end,
    next_attempt_at = clock_timestamp() + greatest(wait, coalesce(retry_after_seconds, 0) * interval '1 second'),
    lease_token = null, leased_until = null, last_status = finish_webhook.status, last_error = left(finish_webhook.error, 500)
  where x.id = m.id;
  update public.mls_webhook_messages x set next_attempt_at = null where x.id = m.id and wait is null;
  update public.mls_webhook_subscriptions w set
    failing_since = coalesce(w.failing_since, clock_timestamp()),
    status = case when finish_webhook.status = 410 or w.failing_since < clock_timestamp() - interval '3 days' then 'DISABLED' else w.status end,
    disabled_reason = case
      when finish_webhook.status = 410 then 'The subscriber answered 410: gone.'
      when w.failing_since < clock_timestamp() - interval '3 days' then 'No delivery succeeded for three days.'
      else w.disabled_reason end
  where w.id = m.subscription_id
    and (w.failing_since is null or finish_webhook.status = 410 or w.failing_since < clock_timestamp() - interval '3 days');
  return true;
end $$;
comment on function mls.finish_webhook(uuid, uuid, integer, text, double precision) is
  'Reports an attempt; error null means delivered. 410 and three days of failure disable the subscription. False when the lease was lost.';
