-- Searches that are kept, and how much is searched.

-- ===== saved searches =====

-- ----- mls_saved_searches -----
create table public.mls_saved_searches (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid default mls.current_tenant_id() references public.mls_tenants (id),
  user_id uuid default mls.current_user_id(),
  client_id uuid references public.mls_api_clients (id) on delete cascade,
  name text not null check (length(name) between 1 and 200),
  search jsonb not null default '{}' check (jsonb_typeof(search) = 'object' and length(search::text) <= 100000),
  cadence text not null default 'daily' check (cadence in ('instantly', 'daily', 'weekly')),
  subscription_id uuid references public.mls_webhook_subscriptions (id) on delete set null,
  is_active boolean not null default true,
  position bigint not null default 0,
  next_told_at timestamptz not null default now(),
  by_mail boolean not null default false,
  language text not null default 'en' check (language in ('en', 'ru', 'hu', 'el', 'kk')),
  time_zone text not null default 'UTC' check (length(time_zone) <= 60),
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((user_id is null) <> (client_id is null)),
  check (user_id is not null or not by_mail)
);
comment on table public.mls_saved_searches is
  'Searches kept by users and API clients, as the body of POST /search/listings. position: the last of mls_entity_events that was matched. subscription_id: the webhook that is told.';
comment on column public.mls_saved_searches.by_mail is
  'The user is told by mail, at the confirmed address of the account: instantly, or at 8 in the morning of time_zone, daily or on Mondays.';
comment on column public.mls_saved_searches.time_zone is 'Name of the tz database, such as Asia/Nicosia. language and time_zone are those of the mails.';
create index mls_saved_searches_user on public.mls_saved_searches (user_id) where user_id is not null;
create index mls_saved_searches_client on public.mls_saved_searches (client_id) where client_id is not null;
create index mls_saved_searches_tenant on public.mls_saved_searches (tenant_id);
create index mls_saved_searches_subscription on public.mls_saved_searches (subscription_id) where subscription_id is not null;
create trigger touch before update on public.mls_saved_searches for each row execute function mls.touch_updated_at();
alter table public.mls_saved_searches enable row level security;
alter table public.mls_saved_searches force row level security;
grant select, delete on public.mls_saved_searches to authenticated;
grant update (name, cadence, is_active, by_mail, language, time_zone) on public.mls_saved_searches to authenticated;
grant select, insert, update, delete on public.mls_saved_searches to service_role;
create policy own_read on public.mls_saved_searches for select to authenticated
  using (user_id = (select mls.current_user_id()) and (select mls.can('r')));
create policy own_update on public.mls_saved_searches for update to authenticated
  using (user_id = (select mls.current_user_id()) and (select mls.can('r')) and not (select mls.only_looks()));
create policy own_delete on public.mls_saved_searches for delete to authenticated
  using (user_id = (select mls.current_user_id()) and (select mls.can('r')) and not (select mls.only_looks()));

-- ----- mls_saved_search_matches: what a saved search found since it was kept -----
create table public.mls_saved_search_matches (
  search_id uuid not null references public.mls_saved_searches (id) on delete cascade,
  listing_key text not null,
  matched_at timestamptz not null default clock_timestamp(),
  told_at timestamptz,
  primary key (search_id, listing_key)
);
comment on table public.mls_saved_search_matches is 'Listings that came to match a saved search, each once. told_at: when it was given to the webhook or put into a mail.';
create index mls_saved_search_matches_new on public.mls_saved_search_matches (search_id, matched_at);
alter table public.mls_saved_search_matches enable row level security;
alter table public.mls_saved_search_matches force row level security;
grant select on public.mls_saved_search_matches to authenticated;
grant select, insert, update, delete on public.mls_saved_search_matches to service_role;
create policy own_read on public.mls_saved_search_matches for select to authenticated
  using (exists (select from public.mls_saved_searches s where s.id = search_id));

-- ----- mls.next_mail_time(text, text, timestamptz) -----
create function mls.next_mail_time(cadence text, time_zone text, after timestamptz) returns timestamptz
language sql stable set search_path = ''
as $$
  select case cadence
    when 'daily' then min(d.morning) filter (where d.morning > after)
    when 'weekly' then min(d.morning) filter (where d.morning > after and extract(isodow from d.day) = 1)
    else after end
  from (
    select n.day, (n.day + interval '8 hours') at time zone time_zone as morning
    from generate_series(date_trunc('day', after at time zone time_zone), date_trunc('day', after at time zone time_zone) + interval '7 days', '1 day') n (day)
  ) d
$$;
comment on function mls.next_mail_time(text, text, timestamptz) is
  'When a mail of this cadence is sent next: at once, or at 8 in the morning of the time zone, daily or on Mondays.';
grant execute on function mls.next_mail_time(text, text, timestamptz) to service_role;

-- ----- mls.mailed_search_changed(): row trigger -----
create function mls.mailed_search_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = new.time_zone) then
    raise check_violation using message = format('There is no time zone %s.', new.time_zone),
      hint = 'Name one of the tz database, such as Asia/Nicosia.';
  end if;
  if new.by_mail then
    new.next_told_at := mls.next_mail_time(new.cadence, new.time_zone, now());
  end if;
  return new;
end $$;
comment on function mls.mailed_search_changed() is 'Row trigger: checks the time zone and says when the next mail is due.';
create trigger mailed before insert on public.mls_saved_searches for each row
  when (new.by_mail or new.time_zone <> 'UTC') execute function mls.mailed_search_changed();
create trigger mailed_otherwise before update of cadence, by_mail, time_zone on public.mls_saved_searches for each row
  when ((new.cadence, new.by_mail, new.time_zone) is distinct from (old.cadence, old.by_mail, old.time_zone))
  execute function mls.mailed_search_changed();

-- ----- save_search(text, jsonb, text, boolean, text, text) -----
create function mls.save_search(name text, search jsonb, cadence text, by_mail boolean, language text, time_zone text)
returns public.mls_saved_searches
language plpgsql volatile security definer set search_path = ''
as $$
declare
  kept public.mls_saved_searches;
begin
  perform mls.require_right('r');
  if mls.only_looks() then
    raise insufficient_privilege using message = 'This token only looks: an operator sees what you see.';
  elsif mls.current_tenant_id() is null then
    raise insufficient_privilege using message = 'Your token names no market (claim uoi).';
  elsif (select count(*) from public.mls_saved_searches s where s.user_id = mls.current_user_id()) >= 100 then
    raise sqlstate 'PT409' using message = 'too_many_searches', hint = 'There are 100 saved searches: delete one first.';
  elsif by_mail and mls.address_of_reader(mls.current_user_id(), mls.current_tenant_id()) is null then
    raise sqlstate 'PT409' using message = 'no_confirmed_address',
      hint = 'Mails go to the confirmed address of an account with access to this market: confirm yours first.';
  end if;
  insert into public.mls_saved_searches (tenant_id, user_id, name, search, cadence, position, by_mail, language, time_zone)
  values (mls.current_tenant_id(), mls.current_user_id(), save_search.name, mls.json_argument(save_search.search), save_search.cadence,
    mls.visible_stamp(), coalesce(save_search.by_mail, false), coalesce(save_search.language, 'en'), coalesce(save_search.time_zone, 'UTC'))
  returning * into kept;
  return kept;
end $$;
comment on function mls.save_search(text, jsonb, text, boolean, text, text) is 'Keeps a search of the user; what matches from now on is noted.';

create function public.save_search(
  name text, search jsonb, cadence text default 'daily', by_mail boolean default false, language text default 'en', time_zone text default 'UTC'
) returns public.mls_saved_searches
language sql volatile set search_path = ''
as $$
  select mls.save_search(name, search, cadence, by_mail, language, time_zone)
$$;
comment on function public.save_search(text, jsonb, text, boolean, text, text) is
  'Keeps a search: search is the body of POST /search/listings (bbox, polygon, near, radius, filter, q, sources); cadence instantly, daily or weekly. Listings that come to match stand in mls_saved_search_matches. by_mail: they are told by mail, in language (en, ru, hu, el, kk) and by the clock of time_zone (Asia/Nicosia). 409 too_many_searches above 100, no_confirmed_address.';
grant execute on function mls.save_search(text, jsonb, text, boolean, text, text), public.save_search(text, jsonb, text, boolean, text, text) to authenticated;

insert into public.mls_schedules (job, cron, description) values
  ('saved_searches', '* * * * *', 'Matches what changed against saved searches, tells their webhooks and sends their mails.');

-- ===== usage =====

-- ----- mls_search_usage: a row per caller and day -----
create table public.mls_search_usage (
  caller text not null,
  day date not null default (now() at time zone 'utc')::date,
  requests bigint not null default 0,
  records bigint not null default 0,
  primary key (caller, day)
);
comment on table public.mls_search_usage is
  'Searches and listings answered, per caller (id of an API client, user:<uuid>, website) and day (UTC).';
alter table public.mls_search_usage enable row level security;
alter table public.mls_search_usage force row level security;
grant select, insert, update, delete on public.mls_search_usage to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_search_usage', 'day', '400 days', null, 'A year can be compared with the year before.');

alter table public.mls_api_clients add column searches_per_day integer check (searches_per_day >= 0);
comment on column public.mls_api_clients.searches_per_day is 'Searches that the client may send a day (UTC); null for as many as its quota a minute allows.';

-- ----- mls.take_search(text) -----
create function mls.take_search(caller text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  allowed constant integer := (select c.searches_per_day from public.mls_api_clients c where c.client_id = take_search.caller);
  used bigint;
begin
  if allowed is not null then
    select u.requests into used from public.mls_search_usage u
    where u.caller = take_search.caller and u.day = (now() at time zone 'utc')::date;
    if coalesce(used, 0) >= allowed then
      return jsonb_build_object('refused', true, 'allowed', allowed,
        'retry_after', ceil(extract(epoch from date_trunc('day', now() at time zone 'utc') + interval '1 day' - now() at time zone 'utc')));
    end if;
  end if;
  insert into public.mls_search_usage as u (caller, requests) values (take_search.caller, 1)
  on conflict on constraint mls_search_usage_pkey do update set requests = u.requests + 1;
  return '{}';
end $$;
comment on function mls.take_search(text) is
  'Counts a search of today: {} or, above searches_per_day of the client, {refused, allowed, retry_after: seconds}. Those that come at the same moment may pass the limit by as many.';

-- ----- mls.count_records(text, bigint) -----
create function mls.count_records(caller text, amount bigint) returns void
language sql volatile set search_path = ''
as $$
  update public.mls_search_usage u set records = u.records + amount
  where u.caller = count_records.caller and u.day = (now() at time zone 'utc')::date
$$;
comment on function mls.count_records(text, bigint) is 'Adds to the listings answered today.';
grant execute on function mls.take_search(text), mls.count_records(text, bigint) to service_role;
