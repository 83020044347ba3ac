-- The history of deliveries: what each portal was told of a listing, when, and what it answered.

-- ----- mls_delivery_history -----
create table public.mls_delivery_history (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  portal_id uuid not null references public.mls_portal_definitions (id) on delete cascade,
  outcome text not null check (outcome in ('sent', 'withdrawn', 'retry', 'refused', 'lost')),
  version bigint,
  attempts integer not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null default clock_timestamp(),
  status integer,
  calls jsonb not null default '[]' check (jsonb_typeof(calls) = 'array'),
  error_code text,
  error text,
  external_id text,
  payload_hash text,
  media_hash text,
  changes jsonb
);
comment on table public.mls_delivery_history is
  'Every delivery by which something was sent, taken off or tried in vain, for 90 days. What was found unchanged is not here. lost: the worker ended before it could report, so nobody knows what arrived.';
comment on column public.mls_delivery_history.attempts is
  'Failures that are alike stand in one row while they follow each other: first_at and last_at say from when to when.';
comment on column public.mls_delivery_history.status is 'HTTP status of the last answer; null where none came, or nobody was called (feeds, dry runs).';
comment on column public.mls_delivery_history.calls is 'What was asked of the portal, in order: [{operation, status, recorded?}]. status is null where no answer came; recorded: a dry run, nothing left the hub.';
comment on column public.mls_delivery_history.changes is
  'Against what the portal was told before: {member: [before, after]} in the words of the portal. Null the first time, and where the channel does not say. Without personal data and without long texts: a change of those shows in payload_hash alone.';
create index mls_delivery_history_listing on public.mls_delivery_history (listing_id, portal_id, id desc);
create index mls_delivery_history_tenant on public.mls_delivery_history (tenant_id, id desc);
create index mls_delivery_history_portal on public.mls_delivery_history (portal_id, id desc);
-- rows come in the order of their time, so the retention needs no tree
create index mls_delivery_history_last on public.mls_delivery_history using brin (last_at);
alter table public.mls_delivery_history enable row level security;
alter table public.mls_delivery_history force row level security;
grant select on public.mls_delivery_history to authenticated;
grant select, insert, update, delete on public.mls_delivery_history to service_role;
create policy delivery_history_read on public.mls_delivery_history for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_delivery_history', 'last_at', '90 days', null, 'What a portal was told is asked for within weeks.');

-- ----- mls.delivery_told: what a portal was told last, to tell what is new at the next delivery -----
create table mls.delivery_told (
  syndication_id uuid primary key references public.mls_listing_syndications (id) on delete cascade,
  told jsonb not null check (jsonb_typeof(told) = 'object')
);
comment on table mls.delivery_told is 'One row per listing that is at a portal: members as its channel reports them, without personal data, {path: value}.';
alter table mls.delivery_told enable row level security;
alter table mls.delivery_told force row level security;
grant select, insert, update, delete on mls.delivery_told to service_role;

-- ----- mls.differing_members(before, after) -----
create function mls.differing_members(before jsonb, after jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(k.name, jsonb_build_array(before -> k.name, after -> k.name)), '{}')
  from (select jsonb_object_keys(before) union select jsonb_object_keys(after)) k (name)
  where before -> k.name is distinct from after -> k.name
$$;
comment on function mls.differing_members(jsonb, jsonb) is 'Members of two objects that differ: {name: [before, after]}, null for what is missing.';

-- ----- mls.note_told(syndication_id, told) -----
create function mls.note_told(syndication_id uuid, told jsonb) returns jsonb
language plpgsql set search_path = ''
as $$
declare
  before jsonb;
begin
  select t.told into before from mls.delivery_told t where t.syndication_id = note_told.syndication_id;
  if before is distinct from note_told.told then
    insert into mls.delivery_told as t (syndication_id, told) values (note_told.syndication_id, note_told.told)
    on conflict on constraint delivery_told_pkey do update set told = excluded.told;
  end if;
  return case when before is not null then mls.differing_members(before, note_told.told) end;
end $$;
comment on function mls.note_told(uuid, jsonb) is 'Keeps what a portal was told and answers what differs from the time before; null the first time.';

-- ----- mls.note_delivery(syndication, result, hash_before) -----
create function mls.note_delivery(syndication public.mls_listing_syndications, result jsonb, hash_before text) returns void
language plpgsql set search_path = ''
as $$
declare
  came_to constant text := result ->> 'outcome';
  asked constant jsonb := coalesce(nullif(result -> 'calls', 'null'), '[]');
  answered constant integer := coalesce(asked -> -1 ->> 'status', result ->> 'status')::integer;
  differing constant jsonb := case when result ? 'told' then mls.note_told(syndication.id, result -> 'told') end;
begin
  if came_to = 'withdrawn' then
    delete from mls.delivery_told t where t.syndication_id = syndication.id; -- coming back, everything is new
  elsif came_to in ('none', 'unchanged') or came_to = 'sent' and asked = '[]' and result ->> 'payload_hash' = hash_before then
    return; -- a file that was rendered as it was
  elsif came_to in ('retry', 'refused') and coalesce(differing, '{}') = '{}' then
    update public.mls_delivery_history h set
      attempts = h.attempts + 1, last_at = clock_timestamp(), version = syndication.leased_version, calls = asked, error = syndication.last_error,
      external_id = syndication.external_id, payload_hash = coalesce(result ->> 'payload_hash', h.payload_hash), media_hash = coalesce(result ->> 'media_hash', h.media_hash)
    where h.id = (
        select x.id from public.mls_delivery_history x
        where x.listing_id = syndication.listing_id and x.portal_id = syndication.portal_id order by x.id desc limit 1)
      and h.outcome = came_to and h.error_code = syndication.last_error_code and h.status is not distinct from answered;
    if found then
      return;
    end if;
  end if;
  insert into public.mls_delivery_history
    (tenant_id, listing_id, portal_id, outcome, version, first_at, status, calls, error_code, error, external_id, payload_hash, media_hash, changes)
  values (syndication.tenant_id, syndication.listing_id, syndication.portal_id, came_to, syndication.leased_version,
    coalesce(syndication.last_attempt_at, clock_timestamp()), answered, asked,
    syndication.last_error_code, syndication.last_error, syndication.external_id, result ->> 'payload_hash', result ->> 'media_hash', differing);
end $$;
comment on function mls.note_delivery(public.mls_listing_syndications, jsonb, text) is
  'Writes a finished delivery into the history; result as mls.finish_delivery() takes it. hash_before: of what was told before.';

-- ----- mls.delivery_history(request, context) -----
create function mls.delivery_history(request jsonb, context jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  only_market constant uuid := (context ->> 'tenant_id')::uuid;
  listings constant uuid[] := case when request ->> 'listing' is not null then array(
    select l.id from public.mls_listings l
    where (l.id = mls.try_uuid(request ->> 'listing') or l.origin_key = request ->> 'listing' or l.ref = request ->> 'listing'
        or 'MANUAL_' || l.id = request ->> 'listing')
      and (only_market is null or l.tenant_id = only_market)) end;
  portals constant uuid[] := case when request ->> 'portal' is not null then array(
    select p.id from public.mls_portal_definitions p
    where (p.code = request ->> 'portal' or p.id = mls.try_uuid(request ->> 'portal')) and (only_market is null or p.tenant_id = only_market)) end;
begin
  if listings = '{}' or portals = '{}' then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail',
      case when listings = '{}' then 'There is no such listing that you administer.' else 'There is no such portal that you administer.' end);
  end if;
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('deliveries', coalesce((
    select jsonb_agg(to_jsonb(h) order by h.id desc)
    from (
      select x.id, t.code as market, p.code as portal, coalesce(l.origin_key, 'MANUAL_' || l.id) as listing_key, x.listing_id, x.outcome, x.status,
        x.attempts, x.first_at, x.last_at, x.version, x.calls, x.error_code, x.error, x.external_id, x.payload_hash, x.media_hash, x.changes
      from public.mls_delivery_history x
      join public.mls_listings l on l.id = x.listing_id
      join public.mls_portal_definitions p on p.id = x.portal_id
      join public.mls_tenants t on t.id = x.tenant_id
      where (listings is null or x.listing_id = any (listings)) and (portals is null or x.portal_id = any (portals))
        and (only_market is null or x.tenant_id = only_market)
        and (request ->> 'outcome' is null or x.outcome = request ->> 'outcome')
        and (request ->> 'before' is null or x.id < (request ->> 'before')::bigint)
      order by x.id desc limit coalesce((request ->> 'limit')::integer, 50)
    ) h), '[]')));
end $$;
comment on function mls.delivery_history(jsonb, jsonb) is
  'The history of deliveries, newest first: {listing? (id, ListingKey or reference), portal? (code or id), outcome?, before? (an id), limit? (50)}. context: {operator, tenant_id?}; with tenant_id that market''s alone.';
grant execute on function mls.delivery_history(jsonb, jsonb) to service_role;
