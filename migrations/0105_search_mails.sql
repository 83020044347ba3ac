-- Mails of saved searches: put before the sender when they are due, tried until they are taken, told to operators when not.

-- ----- mls_search_mails: one row per mail -----
create table public.mls_search_mails (
  id uuid primary key default gen_random_uuid(),
  search_id uuid references public.mls_saved_searches (id) on delete set null,
  tenant_id uuid not null references public.mls_tenants (id),
  user_id uuid not null,
  keys text[] not null,
  since timestamptz not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'SENT', 'EMPTY', 'STOPPED', 'FAILED')),
  attempt_count integer not null default 0,
  next_attempt_at timestamptz default clock_timestamp(),
  lease_token uuid,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
comment on table public.mls_search_mails is
  'Mails of saved searches. keys: what came to match; what of it is told is read when it is sent. EMPTY: nothing of it could be seen any more. STOPPED: nobody wants it, or may read it, any more. FAILED: given up after a day.';
create index mls_search_mails_due on public.mls_search_mails (next_attempt_at) where status = 'PENDING';
create index mls_search_mails_user on public.mls_search_mails (user_id, created_at);
create index mls_search_mails_search on public.mls_search_mails (search_id, created_at) where search_id is not null;
create index mls_search_mails_failed on public.mls_search_mails (finished_at) where status = 'FAILED';
create index mls_search_mails_tenant on public.mls_search_mails (tenant_id);
alter table public.mls_search_mails enable row level security;
alter table public.mls_search_mails force row level security;
grant select, insert, update, delete on public.mls_search_mails to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_search_mails', 'created_at', '90 days', 'status <> ''PENDING''', 'Who asks why a mail came, or did not, asks soon.');

-- ----- mls.address_of_reader(uuid, uuid) -----
create function mls.address_of_reader(user_id uuid, tenant_id uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select u.email::text from auth.users u
    where u.id = address_of_reader.user_id and u.email <> '' and u.email_confirmed_at is not null and u.deleted_at is null
      and (u.banned_until is null or u.banned_until < now())
      and exists (
        select from public.mls_user_access a
        where a.user_id = u.id and a.tenant_id = address_of_reader.tenant_id and a.crud like '%r%'));
end $$;
comment on function mls.address_of_reader(uuid, uuid) is
  'The confirmed e-mail address of a user who may read this market; null for one who may not, or not any more. Security definer: auth.users is out of everybody''s reach.';
grant execute on function mls.address_of_reader(uuid, uuid) to service_role;

-- ----- mls.put_search_mails(integer, integer) -----
create function mls.put_search_mails(a_day integer, most integer) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  due record;
  taken text[];
  put integer := 0;
begin
  for due in
    select s.* from public.mls_saved_searches s
    where s.is_active and s.by_mail and s.next_told_at <= now()
      and exists (select from public.mls_saved_search_matches m where m.search_id = s.id and m.told_at is null)
      and mls.address_of_reader(s.user_id, s.tenant_id) is not null
    order by s.next_told_at for update of s skip locked
  loop
    -- what is above the limit waits, and comes with the next mail
    continue when (
      select count(*) from public.mls_search_mails x where x.user_id = due.user_id and x.created_at > now() - interval '1 day') >= a_day;
    with told as (
      update public.mls_saved_search_matches m set told_at = now()
      where m.search_id = due.id and m.listing_key in (
        select n.listing_key from public.mls_saved_search_matches n
        where n.search_id = due.id and n.told_at is null order by n.matched_at desc limit most)
      returning m.listing_key
    )
    select array_agg(t.listing_key order by t.listing_key) into taken from told t;
    insert into public.mls_search_mails (search_id, tenant_id, user_id, keys, since)
    values (due.id, due.tenant_id, due.user_id, taken, coalesce(
      (select max(x.created_at) from public.mls_search_mails x where x.search_id = due.id), due.created_at));
    update public.mls_saved_searches s set next_told_at = mls.next_mail_time(s.cadence, s.time_zone, now()) where s.id = due.id;
    put := put + 1;
  end loop;
  return put;
end $$;
comment on function mls.put_search_mails(integer, integer) is
  'Puts a mail for each search that is due and found something: at most a_day for a user within 24 hours, of at most so many listings. Answers how many.';

-- ----- mls.claim_search_mails(integer, double precision) -----
create function mls.claim_search_mails(amount integer, lease_seconds double precision) returns setof jsonb
language sql volatile set search_path = ''
as $$
  with due as (
    select m.id from public.mls_search_mails m
    where m.status = 'PENDING' and m.next_attempt_at <= (select clock_timestamp()) and (m.leased_until is null or m.leased_until < clock_timestamp())
    order by m.next_attempt_at limit amount for update skip locked
  ), leased as (
    update public.mls_search_mails m
    set lease_token = gen_random_uuid(), leased_until = clock_timestamp() + lease_seconds * interval '1 second', attempt_count = m.attempt_count + 1
    from due where m.id = due.id returning m.*
  )
  select jsonb_build_object('id', l.id, 'lease_token', l.lease_token, 'keys', l.keys, 'since', l.since, 'search_id', s.id, 'name', s.name,
    'search', s.search, 'language', s.language, 'time_zone', s.time_zone, 'address', mls.address_of_reader(l.user_id, l.tenant_id),
    'context', mls.user_reading_context(l.user_id, l.tenant_id))
  from leased l left join public.mls_saved_searches s on s.id = l.search_id and s.by_mail and s.is_active
$$;
comment on function mls.claim_search_mails(integer, double precision) is
  'Leases mails that are due, with the search as it is now and the address of its user. search_id is null where the search is gone or stopped, address where the user may not read the market.';

-- ----- mls.finish_search_mail(uuid, uuid, text, text) -----
create function mls.finish_search_mail(id uuid, lease_token uuid, status text, error text default null) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  m public.mls_search_mails;
  outcome text := status;
begin
  select * into m from public.mls_search_mails x where x.id = finish_search_mail.id for update;
  if not found or m.lease_token is distinct from finish_search_mail.lease_token then
    return false;
  end if;
  if outcome = 'PENDING' and m.created_at < clock_timestamp() - interval '1 day' then
    outcome := 'FAILED';
  end if;
  update public.mls_search_mails x set status = outcome, lease_token = null, leased_until = null, last_error = left(error, 500),
    finished_at = case when outcome <> 'PENDING' then clock_timestamp() end,
    -- 1, 2, 4 ... minutes, at most two hours, a little earlier for not all to come at once
    next_attempt_at = case when outcome = 'PENDING'
      then clock_timestamp() + least(interval '2 hours', interval '1 minute' * 2 ^ least(m.attempt_count - 1, 10)) * (0.75 + random() / 4) end
  where x.id = m.id;
  return true;
end $$;
comment on function mls.finish_search_mail(uuid, uuid, text, text) is
  'Reports an attempt: SENT, EMPTY, STOPPED, or PENDING with an error for another one, which is given up after a day. False when the lease was lost.';

-- ----- mls.stop_search_mails(uuid) -----
create function mls.stop_search_mails(search_id uuid) returns void
language sql volatile set search_path = ''
as $$
  update public.mls_saved_searches s set by_mail = false where s.id = stop_search_mails.search_id and s.by_mail
$$;
comment on function mls.stop_search_mails(uuid) is 'Ends the mails of a search, which stays. Who calls has verified the link.';
grant execute on function mls.put_search_mails(integer, integer), mls.claim_search_mails(integer, double precision),
  mls.finish_search_mail(uuid, uuid, text, text), mls.stop_search_mails(uuid) to service_role;

-- ----- mls.search_alerts() -----
create function mls.search_alerts() returns table (code text, subject text, level text, message text)
language sql stable set search_path = ''
as $$
  select 'search_mails_failed', t.code, 'warning', format('%s mails of saved searches were not taken, the last with: %s',
    count(*), (array_agg(m.last_error order by m.created_at desc))[1])
  from public.mls_search_mails m join public.mls_tenants t on t.id = m.tenant_id
  where (m.status = 'FAILED' and m.finished_at > clock_timestamp() - interval '1 day') or (m.status = 'PENDING' and m.attempt_count >= 5)
  group by t.code
$$;
comment on function mls.search_alerts() is 'Mails of saved searches that fail, by market.';
grant execute on function mls.search_alerts() to service_role;
