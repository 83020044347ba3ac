-- Records that change their market office, because they were first delivered under a wrong one.

-- ----- mls.leave_portals(uuid[]) -----
create function mls.leave_portals(listings uuid[]) returns uuid[]
language plpgsql volatile set search_path = ''
as $$
declare
  shown uuid[];
begin
  perform mls.lock_deliveries(array(select s.id from public.mls_listing_syndications s where s.listing_id = any (listings)));
  update public.mls_listing_syndications s set status = 'REMOVED'
  where s.listing_id = any (listings) and s.status <> 'REMOVED';
  -- what a portal shows, or may show, has to be taken off there first
  shown := array(
    select distinct s.listing_id from public.mls_listing_syndications s
    where s.listing_id = any (listings) and s.pushed_version < s.desired_version
      and (s.external_id is not null or s.published_at is not null or s.in_doubt or s.leased_until > now()));
  delete from public.mls_listing_syndications s where s.listing_id = any (listings) and s.listing_id <> all (shown);
  return shown;
end $$;
comment on function mls.leave_portals(uuid[]) is
  'Takes listings off all portals of their market. Answers those that a portal still shows: their removal is ordered.';

-- ----- mls.leave_market(uuid[]) -----
create function mls.leave_market(listings uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- what people wrote stays with the market whose people wrote it, but asks nobody for anything
  update public.mls_listing_tasks t set status = 'CANCELLED'
  where t.listing_id = any (listings) and t.status in ('OPEN', 'IN_PROGRESS');
  update public.mls_listing_approvals a
  set status = 'REJECTED', decided_at = clock_timestamp(), comment = coalesce(a.comment, 'The listing went to another market.')
  where a.listing_id = any (listings) and a.status = 'PENDING';
  delete from public.mls_listing_contact_roles r
  using public.mls_listings l, public.mls_contacts c
  where r.listing_id = any (listings) and l.id = r.listing_id and c.id = r.contact_id
    and c.origin_contact_key in (l.seller_contact_key, l.developer_contact_key);
  -- claims, projects and publication are those of a market; in the next one the listing begins as a new one does
  update public.mls_listings l set
    broker_id = null, co_broker_id = null, claimed_at = null, claimed_by = null, locked_fields = '{}',
    assigned_to = null, development_id = null, building_id = null,
    status = case when l.is_externally_managed then 'INGESTED' else l.status end,
    first_published_at = case when l.is_externally_managed then null else l.first_published_at end
  where l.id = any (listings);
end $$;
comment on function mls.leave_market(uuid[]) is
  'Ends what ties listings to the people of their market: claim, tasks, approvals, project, publication. Papers, notes and histories stay readable there.';

-- ----- mls.move_listings(uuid[], text) -----
create function mls.move_listings(ids uuid[], office_key text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  target record;
  follower mls.resources;
  keys constant text[] := array(select l.origin_key from public.mls_listings l where l.id = any (ids) order by l.origin_key);
  from_offices constant text[] := array(select distinct l.originating_office_key from public.mls_listings l where l.id = any (ids));
begin
  select o.office_key, o.tenant_id, o.origin_system, o.currency_code, t.code as market into target
  from mls.market_offices o join public.mls_tenants t on t.id = o.tenant_id where o.name = move_listings.office_key;
  -- their media follow by the foreign key
  update public.mls_listings l set
    tenant_id = target.tenant_id, market = target.market, originating_office_key = target.office_key,
    origin_system = target.origin_system, origin_deleted = false,
    currency_code = case when l.currency_assumed then target.currency_code else l.currency_code end,
    ref_collision = n.ref_collision
  from (
    select m.id, m.ref is not null and (
      row_number() over (partition by m.ref order by m.tenant_id <> target.tenant_id, m.seq) > 1
      or exists (
        select from public.mls_listings o
        where o.tenant_id = target.tenant_id and o.ref = m.ref and not o.ref_collision and o.id <> all (ids))
    ) as ref_collision
    from public.mls_listings m where m.id = any (ids)
  ) n
  where l.id = n.id;
  -- the next delivery is applied whatever it says: what was assumed of the office has to be read anew
  update public.mls_listing_origins o set
    tenant_id = target.tenant_id, content_hash = '', source_modified_at = null, delivered_by = null,
    payload = o.payload || jsonb_build_object('OriginatingSystemOfficeKey', target.office_key)
  where o.listing_id = any (ids);
  update public.mls_listing_media_origins o set
    source_modified_at = null, delivered_by = null,
    payload = o.payload || jsonb_build_object('OriginatingSystemOfficeKey', target.office_key)
  from public.mls_listing_media m
  where m.id = o.media_id and (m.listing_id = any (ids)
    or (m.listing_id is null and m.resource_record_key = any (keys) and m.originating_office_key = any (from_offices)));
  update public.mls_listing_media m set
    tenant_id = target.tenant_id, originating_office_key = target.office_key, origin_deleted = false,
    origin_system = case when m.origin_system = 'MANUAL' then m.origin_system else target.origin_system end,
    origin_hash = case when m.origin_hash is null then null else '' end,
    -- copies are kept per market
    copy_status = case when m.file_sha256 is null then m.copy_status else 'pending' end, file_sha256 = null
  where m.listing_id = any (ids)
    or (m.listing_id is null and m.resource_record_key = any (keys) and m.originating_office_key = any (from_offices));
  for follower in select * from mls.resources r where r.listing_column is not null and r.resource <> 'media' loop
    execute format(
      'update public.%I t set tenant_id = $1, originating_office_key = $2, origin_hash = '''', origin_deleted = false, delivered_by = null,
         listing_id = (select l.id from public.mls_listings l where l.id = any ($5) and l.origin_key = t.%2$I)
       where t.%2$I = any ($3) and t.originating_office_key = any ($4)', follower.table_name, follower.listing_column)
      using target.tenant_id, target.office_key, keys, from_offices, ids;
  end loop;
  update public.mls_status_history h set tenant_id = target.tenant_id where h.listing_id = any (ids);
  update public.mls_price_history h set tenant_id = target.tenant_id where h.listing_id = any (ids);
  update public.mls_listing_field_writes w set tenant_id = target.tenant_id where w.listing_id = any (ids);
  update public.mls_listing_remarks r set tenant_id = target.tenant_id where r.listing_id = any (ids);
  perform mls.link_siblings(keys);
  perform mls.link_contacts(keys, '{}');
  perform mls.assign_listings(keys);
  perform mls.auto_publish(keys);
end $$;
comment on function mls.move_listings(uuid[], text) is
  'Gives listings to a market office, with their files, viewings, open houses, texts and histories. Internal: mls.change_office() checks and locks.';

-- ----- mls.change_office(text, text[], text, boolean) -----
create function mls.change_office(resource text, keys text[], office_key text, release boolean default false) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  kind mls.resources := (select r from mls.resources r where r.resource = change_office.resource);
  target record;
  office text;
  offices text[];
  found_rows jsonb;
  staying jsonb := '[]';
  foreign_ids uuid[];
  shown uuid[];
  ids uuid[];
begin
  select o.office_key, o.tenant_id into target from mls.market_offices o where o.name = change_office.office_key;
  if target.office_key is null then
    raise exception 'There is no market office "%".', change_office.office_key using errcode = '22023';
  elsif kind.resource is null then
    raise exception 'There is no resource "%".', change_office.resource using errcode = '22023';
  elsif kind.resource = 'media' then
    raise exception 'Files belong to the office of their listing.' using errcode = '22023',
      hint = 'Move the listing: change_office(''property'', ...).';
  end if;
  -- a sale and its lease row are one home: neither changes its office alone
  if kind.resource = 'property' then
    keys := array(
      select k from unnest(keys) k
      union
      select s.origin_key from public.mls_listings l join public.mls_listings s on s.id = l.sibling_listing_id
      where l.origin_key = any (keys) and s.originating_office_key = l.originating_office_key and s.origin_key is not null);
  end if;
  execute format('select array(select distinct t.originating_office_key from public.%I t where t.%I = any ($1))', kind.table_name, kind.key_column)
    into offices using keys;
  offices := array(select distinct o from unnest(offices || target.office_key) o where o is not null order by 1);
  if exists (select from public.mls_ingest_runs r where r.office_key = any (offices) and r.status = 'open') then
    raise exception 'A run of % is open. Finish or abandon it first.', array_to_string(array(
      select distinct r.office_key from public.mls_ingest_runs r where r.office_key = any (offices) and r.status = 'open' order by 1), ', ')
      using errcode = '55006';
  end if;
  foreach office in array offices loop
    perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || office, 0));
  end loop;

  execute format(
    'select coalesce(jsonb_agg(jsonb_build_object(''id'', t.id, ''key'', t.%1$I, ''office'', t.originating_office_key,
        ''is_foreign'', t.tenant_id <> $2, ''holder'', %2$s) order by t.%1$I), ''[]'')
     from (select * from public.%3$I t where t.%1$I = any ($1) order by t.id for no key update) t',
    kind.key_column,
    case kind.resource
      when 'property' then 'case when t.claimed_at is not null and t.tenant_id <> $2 then ''claimed'' end'
      when 'office' then 'case when t.is_market then ''market_office'' end'
      when 'member' then 'case when t.user_id is not null and t.tenant_id <> $2 then ''user'' end'
      else 'null::text'
    end, kind.table_name)
  into found_rows using keys, target.tenant_id;

  staying := coalesce((
    select jsonb_agg(jsonb_build_object('key', k, 'reason', 'unknown') order by k) from unnest(keys) k
    where not exists (select from jsonb_array_elements(found_rows) f where f ->> 'key' = k)), '[]')
    || coalesce((
      select jsonb_agg(jsonb_build_object('key', f ->> 'key', 'reason', f ->> 'holder')) from jsonb_array_elements(found_rows) f
      where f ->> 'office' is distinct from target.office_key and f ->> 'holder' is not null and not (f ->> 'holder' = 'claimed' and release)), '[]');
  ids := array(
    select (f ->> 'id')::uuid from jsonb_array_elements(found_rows) f
    where f ->> 'office' is distinct from target.office_key and (f ->> 'holder' is null or (f ->> 'holder' = 'claimed' and release)));

  perform set_config('mls.change_source', 'SYSTEM', true);
  perform set_config('mls.change_reason', 'change of office', true);
  if kind.resource = 'property' then
    foreign_ids := array(
      select (f ->> 'id')::uuid from jsonb_array_elements(found_rows) f
      where (f ->> 'is_foreign')::boolean and (f ->> 'id')::uuid = any (ids));
    shown := mls.leave_portals(foreign_ids);
    staying := staying || coalesce((
      select jsonb_agg(jsonb_build_object('key', f ->> 'key', 'reason', 'on_portals')) from jsonb_array_elements(found_rows) f
      where (f ->> 'id')::uuid = any (shown)), '[]');
    ids := array(select i from unnest(ids) i where i <> all (shown));
    perform mls.leave_market(array(select i from unnest(foreign_ids) i where i <> all (shown)));
    perform mls.move_listings(ids, target.office_key);
  else
    execute format(
      'update public.%I t set tenant_id = $1, originating_office_key = $2, origin_hash = case when t.origin_hash is null then null else '''' end,
         origin_modified_ts = null, origin_deleted = false, delivered_by = null %s
       where t.id = any ($3)', kind.table_name, case when kind.resource = 'contacts' then
         ', assigned_to = case when t.tenant_id = $1 then t.assigned_to end, origin_system = (select o.origin_system from public.mls_offices o where o.office_key = $2)'
         when kind.listing_column is not null then
           format(', listing_id = (select l.id from public.mls_listings l where l.origin_key = t.%I and l.tenant_id = $1)', kind.listing_column)
         else '' end)
    using target.tenant_id, target.office_key, ids;
    if kind.resource = 'contacts' then
      delete from public.mls_listing_contact_roles r using public.mls_listings l
      where r.contact_id = any (ids) and l.id = r.listing_id and l.tenant_id <> target.tenant_id;
      perform mls.link_contacts('{}', keys);
    end if;
  end if;
  perform set_config('mls.change_source', '', true);
  perform set_config('mls.change_reason', '', true);
  return jsonb_build_object('office_key', target.office_key, 'moved', cardinality(ids), 'left', staying);
end $$;
comment on function mls.change_office(text, text[], text, boolean) is
  'Moves records that were delivered under a wrong office key to the right market office: change_office(resource, keys, office_key, release). A listing takes its files, viewings, open houses and lease sibling along; market and assumed currency follow, and the next delivery is applied. Answers {office_key, moved, left: [{key, reason}]}: unknown; claimed (by a broker of the old market; release => true ends the claim); on_portals (its removal there was ordered: call again when it is delivered); user (a member who signs in); market_office. Refuses while a run of one of the offices is open (55006).';
grant execute on function mls.change_office(text, text[], text, boolean) to service_role;
