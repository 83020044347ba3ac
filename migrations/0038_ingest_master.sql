-- Who is the master of a listing, its source or the hub: take over, hand back, and moving a market to other keys.

-- ----- mls.set_managed(uuid[], boolean, text) -----
create function mls.set_managed(ids uuid[], by_source boolean, reason text) returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  changed bigint;
begin
  perform set_config('mls.change_reason', coalesce(reason, ''), true);
  update public.mls_listings l set is_externally_managed = by_source, origin_deleted = l.origin_deleted and by_source, updated_by = mls.current_user_id()
  where l.id = any (ids) and l.is_externally_managed <> by_source;
  get diagnostics changed = row_count;
  if by_source then
    -- what the source says next is applied even where it equals its last word: meanwhile the hub may have moved on
    update public.mls_listing_origins o set content_hash = ''
    from public.mls_listings l where l.id = o.listing_id and o.listing_id = any (ids) and l.claimed_at is null;
  end if;
  perform set_config('mls.change_reason', '', true);
  return changed;
end $$;
comment on function mls.set_managed(uuid[], boolean, text) is
  'Makes the hub (false) or the source (true) the master of listings. Ingest skips what the hub is master of.';

-- ----- mls.market_listings(text) -----
create function mls.market_listings(office_key text) returns uuid[]
language sql stable set search_path = ''
as $$
  select array(
    select l.id from public.mls_listings l
    join mls.market_offices o on o.office_key = l.originating_office_key
    where o.name = market_listings.office_key and l.origin_system in (select s.code from mls.origin_systems s where s.is_external)
    order by l.id)
$$;
comment on function mls.market_listings(text) is 'The ingested listings of a market office, named by key or alias.';

-- ----- mls.require_admin_of(uuid[]) -----
create function mls.require_admin_of(ids uuid[]) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if mls.is_service() then
    return;
  elsif not (mls.is_admin() and mls.can('u')) then
    raise insufficient_privilege using message = 'Only an administrator of the market may change who is the master of its listings.';
  elsif exists (select from unnest(ids) i where not exists (
    select from public.mls_listings l where l.id = i and l.tenant_id = any (mls.visible_tenant_ids()))) then
    raise sqlstate 'PT404' using message = 'not_found', hint = 'There is no such listing in your market.';
  end if;
end $$;
comment on function mls.require_admin_of(uuid[]) is 'Refuses users who do not administer the market of these listings.';

-- ----- mls.change_master(uuid[], boolean, text) -----
create function mls.change_master(ids uuid[], by_source boolean, reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform mls.require_admin_of(ids);
  return jsonb_build_object('listings', cardinality(ids), 'changed', mls.set_managed(ids, by_source, reason));
end $$;
comment on function mls.change_master(uuid[], boolean, text) is 'Checks the caller, then mls.set_managed(). Security definer: users may not write is_externally_managed.';
grant execute on function mls.change_master(uuid[], boolean, text) to authenticated, service_role;

-- ----- mls.change_market_master(text, boolean, text) -----
create function mls.change_market_master(office_key text, by_source boolean, reason text) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select mls.change_master(mls.market_listings(office_key), by_source, reason)
$$;
comment on function mls.change_market_master(text, boolean, text) is
  'mls.change_master() for all ingested listings of a market. Security definer: users may not read the map of offices.';
grant execute on function mls.change_market_master(text, boolean, text) to authenticated, service_role;

-- ----- take_over, hand_back, take_over_market, hand_back_market -----
create function public.take_over(listing_id uuid, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_master(array[listing_id], false, reason) $$;
comment on function public.take_over(uuid, text) is 'Makes the hub the master of a listing: ingest skips it from now on. Administrators only. Answers {listings, changed}.';

create function public.hand_back(listing_id uuid, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_master(array[listing_id], true, reason) $$;
comment on function public.hand_back(uuid, text) is 'Makes the source the master of a listing again: its next word is applied. Administrators only.';

create function public.take_over_market(office_key text, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_market_master(office_key, false, reason) $$;
comment on function public.take_over_market(text, text) is 'take_over() for every ingested listing of a market. Administrators only.';

create function public.hand_back_market(office_key text, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_market_master(office_key, true, reason) $$;
comment on function public.hand_back_market(text, text) is 'hand_back() for every ingested listing of a market. Administrators only.';
grant execute on function public.take_over(uuid, text), public.hand_back(uuid, text), public.take_over_market(text, text),
  public.hand_back_market(text, text) to authenticated, service_role;

-- ----- mls.rekey_market(text, text) -----
create function mls.rekey_market(office_key text, origin_system text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  market record;
  listings bigint;
begin
  select o.office_key, o.origin_system into market from mls.market_offices o where o.name = rekey_market.office_key;
  if market.office_key is null then
    raise exception 'There is no market office "%".', rekey_market.office_key using errcode = '22023';
  elsif not exists (
    select from mls.origin_systems a join mls.origin_systems b on a.key_prefix = b.key_prefix
    where a.code = market.origin_system and b.code = rekey_market.origin_system and a.is_external and b.is_external
  ) then
    raise exception '% and % do not write the same keys: a market moves only between systems that do, like DASH_FILE and DASH_API.',
      market.origin_system, rekey_market.origin_system using errcode = '22023';
  elsif exists (select from public.mls_ingest_runs r where r.office_key = market.office_key and r.status = 'open') then
    raise exception 'A run of % is open. Finish or abandon it first.', market.office_key using errcode = '55006';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || market.office_key, 0));
  perform set_config('mls.change_source', 'SYSTEM', true);
  update public.mls_offices o set origin_system = rekey_market.origin_system where o.office_key = market.office_key;
  update public.mls_listings l set origin_system = rekey_market.origin_system
  where l.originating_office_key = market.office_key and l.origin_system = market.origin_system;
  get diagnostics listings = row_count;
  update public.mls_listing_media m set origin_system = rekey_market.origin_system
  where m.originating_office_key = market.office_key and m.origin_system = market.origin_system;
  perform set_config('mls.change_source', '', true);
  -- the next deliveries come under another name of source
  perform mls.release_source(market.office_key);
  return jsonb_build_object('office_key', market.office_key, 'from', market.origin_system, 'to', rekey_market.origin_system, 'listings', listings);
end $$;
comment on function mls.rekey_market(text, text) is
  'Moves a market between systems that write the same keys, as Dash by files and by its API: listings keep their keys, claims and history, and the next batch refreshes instead of inserting.';
grant execute on function mls.rekey_market(text, text) to service_role;
