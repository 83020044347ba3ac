-- What follows from a merge: siblings and their shared media, brokers, contact roles, automatic publication; and the
-- report of keys that lead nowhere yet.

-- ===== siblings: a sale and its lease row =====

-- ----- mls.share_media(uuid[]) -----
create function mls.share_media(media_ids uuid[]) returns void
language sql volatile set search_path = '' set enable_seqscan = off
as $$
  insert into public.mls_listing_media as t (
    tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, media_id, display_order, is_primary,
    media_category, source_category, media_url, storage_path, mime_type, title, description, html_description, image_width, image_height,
    file_size_bytes, is_landscape, is_distributable, dash_category, format_code, checksum, media_tags_json, resolution_urls,
    additional_annotations, created_ts, origin_etl_ts, origin_etl_batch_id, origin_sync_ts, origin_deleted, is_hidden, extensions, shared_from
  )
  select m.tenant_id, l.id, l.origin_key, l.originating_office_key, coalesce(m.origin_media_key, m.media_key) || '~' || l.origin_key,
    m.origin_system, m.media_id,
    -- a draft of the sale row must not get out by way of its sibling
    case when d.is_draft then coalesce((o.payload ->> 'Order')::integer, 0) else m.display_order end,
    case when d.is_draft then coalesce((o.payload ->> 'X_IsPrimary')::boolean, false) else m.is_primary end,
    m.media_category, m.source_category, m.media_url, m.storage_path, m.mime_type,
    case when d.is_draft then o.payload ->> 'ShortDescription' else m.title end,
    case when d.is_draft then o.payload ->> 'LongDescription' else m.description end, m.html_description, m.image_width, m.image_height, m.file_size_bytes, m.is_landscape, m.is_distributable,
    m.dash_category, m.format_code, m.checksum, m.media_tags_json, m.resolution_urls, m.additional_annotations, m.created_ts, m.origin_etl_ts,
    m.origin_etl_batch_id, m.origin_sync_ts, m.origin_deleted or (d.is_draft and o.media_id is null), m.is_hidden, m.extensions, m.id
  from public.mls_listing_media m
  join public.mls_listings s on s.id = m.listing_id
  join public.mls_listings l on l.id = s.sibling_listing_id and l.origin_key = s.origin_key || '_LEASE'
  left join public.mls_listing_media_origins o on o.media_id = m.id
  cross join lateral (select mls.is_draft(s) as is_draft) d
  where m.id = any (media_ids) and m.shared_from is null
    -- now and then a source sends a file for the lease row too
    and not exists (select from public.mls_listing_media t where t.listing_id = l.id and t.origin_media_key = m.origin_media_key)
  on conflict (shared_from) where shared_from is not null do update set
    media_id = excluded.media_id,
    display_order = case when t.locked then t.display_order else excluded.display_order end,
    is_primary = case when t.locked then t.is_primary else excluded.is_primary end,
    title = case when t.locked then t.title else excluded.title end,
    description = case when t.locked then t.description else excluded.description end,
    is_hidden = case when t.locked then t.is_hidden else excluded.is_hidden end,
    media_category = excluded.media_category, source_category = excluded.source_category, media_url = excluded.media_url,
    storage_path = excluded.storage_path, mime_type = excluded.mime_type, html_description = excluded.html_description,
    image_width = excluded.image_width, image_height = excluded.image_height, file_size_bytes = excluded.file_size_bytes,
    is_landscape = excluded.is_landscape, is_distributable = excluded.is_distributable, dash_category = excluded.dash_category,
    format_code = excluded.format_code, checksum = excluded.checksum, media_tags_json = excluded.media_tags_json,
    resolution_urls = excluded.resolution_urls, additional_annotations = excluded.additional_annotations, created_ts = excluded.created_ts,
    origin_etl_ts = excluded.origin_etl_ts, origin_etl_batch_id = excluded.origin_etl_batch_id, origin_sync_ts = excluded.origin_sync_ts,
    origin_deleted = excluded.origin_deleted, extensions = excluded.extensions
$$;
comment on function mls.share_media(uuid[]) is
  'Shows these media of sale listings at their lease siblings too: gold delivers media for the sale row only. Rows locked at the sibling keep their order, captions and hiding. While a broker works on the sale row, the sibling shows the captions and order of the source, and nothing that the broker added.';

-- ----- mls.share_changed_media(): statement trigger of mls_listing_media -----
create function mls.share_changed_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  ids uuid[];
begin
  select array_agg(n.id) into ids
  from new_rows n
  join public.mls_listings l on l.id = n.listing_id
  where n.shared_from is null and l.sibling_listing_id is not null;
  if ids is not null then
    perform mls.share_media(ids);
  end if;
  return null;
end $$;
comment on function mls.share_changed_media() is 'Statement trigger: lease siblings follow the media of their sale row, whoever changed them.';
create trigger share_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.share_changed_media();
create trigger share_update after update on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.share_changed_media();

-- ----- mls.share_published_media(): row trigger of mls_listings -----
create function mls.share_published_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.share_media(array(select m.id from public.mls_listing_media m where m.listing_id = new.id));
  return null;
end $$;
comment on function mls.share_published_media() is
  'Row trigger: with the sale row, what its broker arranged becomes visible at the lease sibling, or disappears there again.';
create trigger share_published_media after update on public.mls_listings
  for each row when (new.sibling_listing_id is not null and mls.is_draft(new) <> mls.is_draft(old))
  execute function mls.share_published_media();

-- ----- mls.unshare_media(): row trigger of mls_listing_media -----
create function mls.unshare_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  delete from public.mls_listing_media s
  using public.mls_listing_media b
  where s.listing_id = new.listing_id and b.id = s.shared_from and b.origin_media_key = new.origin_media_key;
  return null;
end $$;
comment on function mls.unshare_media() is 'Row trigger: a file that the source sends for the lease row itself needs no share of the sale row''s.';
create trigger unshare_media after insert on public.mls_listing_media
  for each row when (new.resource_record_key like '%\_LEASE' and new.shared_from is null) execute function mls.unshare_media();

-- ----- mls.link_siblings(text[]) -----
create function mls.link_siblings(keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  bases text[] := array(select distinct regexp_replace(k, '_LEASE$', '') from unnest(keys) k);
  sales uuid[];
begin
  -- few listings have a lease sibling: those are looked for, then what they belong to
  with pairs as materialized (
    select s.id as sale_id, l.id as lease_id, s.sibling_listing_id as sale_link, l.sibling_listing_id as lease_link
    from public.mls_listings l
    cross join lateral (
      select s.id, s.sibling_listing_id, s.originating_office_key
      from public.mls_listings s where s.origin_key = regexp_replace(l.origin_key, '_LEASE$', '')
      offset 0
    ) s
    where l.origin_key = any (array(select b || '_LEASE' from unnest(bases) b)) and s.originating_office_key = l.originating_office_key
  ),
  linked as (
    update public.mls_listings x set sibling_listing_id = case when x.id = p.sale_id then p.lease_id else p.sale_id end
    from pairs p
    where (x.id = p.sale_id and p.sale_link is distinct from p.lease_id) or (x.id = p.lease_id and p.lease_link is distinct from p.sale_id)
  )
  select array_agg(p.sale_id) into sales from pairs p where p.sale_link is distinct from p.lease_id;
  if sales is not null then
    perform mls.share_media(array(select m.id from public.mls_listing_media m where m.listing_id = any (sales)));
  end if;
end $$;
comment on function mls.link_siblings(text[]) is
  'Links <key> and <key>_LEASE of one office to each other where one of them is new, and lets the lease row show the media of the sale row.';

-- ===== brokers and contacts =====

create index mls_listings_agent on public.mls_listings (list_agent_key) where list_agent_key is not null and claimed_at is null;

-- ----- mls.link_brokers(): row trigger of mls_members -----
create function mls.link_brokers() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.mls_listings l set broker_id = new.user_id
  where l.list_agent_key = new.origin_member_key and l.tenant_id = new.tenant_id and l.claimed_at is null
    and l.broker_id is distinct from new.user_id;
  return null;
end $$;
comment on function mls.link_brokers() is
  'Row trigger: a member who becomes a user is the proposed broker of the unclaimed listings that name the member. It claims nothing.';
create trigger link_brokers_insert after insert on public.mls_members
  for each row when (new.user_id is not null) execute function mls.link_brokers();
create trigger link_brokers_update after update on public.mls_members
  for each row when (new.user_id is distinct from old.user_id) execute function mls.link_brokers();

create index mls_listings_seller on public.mls_listings (seller_contact_key) where seller_contact_key is not null;
create index mls_listings_developer on public.mls_listings (developer_contact_key) where developer_contact_key is not null;

-- ----- mls.link_contacts(text[], text[]) -----
create function mls.link_contacts(listing_keys text[], contact_keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  -- looked up one by one: a plan made while the tables were small would read a whole tenant for each record
  insert into public.mls_listing_contact_roles (tenant_id, listing_id, contact_id, role, is_primary)
  select l.tenant_id, l.id, c.id, r.role, true
  from public.mls_listings l
  cross join lateral (values (l.seller_contact_key, 'SELLER'), (l.developer_contact_key, 'DEVELOPER')) r (contact_key, role)
  cross join lateral (
    select c.id, c.tenant_id from public.mls_contacts c where c.origin_contact_key = r.contact_key offset 0
  ) c
  where l.origin_key = any (listing_keys) and c.tenant_id = l.tenant_id
  union
  select c.tenant_id, l.id, c.id, l.role, true
  from public.mls_contacts c
  cross join lateral (
    (select l.id, l.tenant_id, 'SELLER' as role from public.mls_listings l where l.seller_contact_key = c.origin_contact_key offset 0)
    union all
    (select l.id, l.tenant_id, 'DEVELOPER' from public.mls_listings l where l.developer_contact_key = c.origin_contact_key offset 0)
  ) l
  where c.origin_contact_key = any (contact_keys) and l.tenant_id = c.tenant_id
  on conflict (listing_id, contact_id, role) do nothing;
end $$;
comment on function mls.link_contacts(text[], text[]) is
  'Roles SELLER and DEVELOPER from the contact keys of listings, whichever side arrived last. Roles entered here stay.';

-- ===== automatic publication =====

-- ----- mls.auto_publish(text[]) -----
create function mls.auto_publish(listing_keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  if not exists (select from public.mls_tenants t where t.settings -> 'auto_publish' -> 'enabled' = 'true') then
    return;
  end if;
  perform set_config('mls.change_source', 'AUTO_PUBLISH', true);
  update public.mls_listings l set status = 'PUBLISHED'
  from public.mls_tenants t
  where t.id = l.tenant_id and t.settings -> 'auto_publish' -> 'enabled' = 'true'
    and coalesce(t.settings -> 'auto_publish' -> 'origin_systems', '["DASH_API", "DASH_FILE"]') ? l.origin_system
    and l.origin_key = any (listing_keys)
    and l.status = 'INGESTED' and l.claimed_at is null and l.is_externally_managed and not l.origin_deleted
    and l.source_standard_status = 'Active'
    and (l.list_price > 0 or l.lease_amount > 0 or l.is_price_upon_request)
    and coalesce(l.city, '') <> '' and coalesce(l.country, '') <> '' and coalesce(l.property_type, '') <> ''
    and coalesce(l.public_remarks, '') <> '' and l.photos_count > 0
    and l.x_sm_excluded_from_marketing is not true and l.is_off_market is not true;
  perform set_config('mls.change_source', 'INGRESS', true);
end $$;
comment on function mls.auto_publish(text[]) is
  'Publishes unclaimed listings of markets that want it (mls_tenants.settings.auto_publish {enabled, origin_systems}): active at the source, priced or on request, with place, type, remarks and a photo, neither excluded from marketing nor off market. They stay unclaimed and keep following their source.';

-- ===== after every merge =====

-- ----- mls.after_merge(text, jsonb, jsonb) -----
create function mls.after_merge(resource text, rows jsonb, results jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  inserted text[];
  written text[];
begin
  select array_agg(e ->> 'key') filter (where e ->> 'outcome' = 'insert'), array_agg(e ->> 'key') filter (where e ->> 'outcome' in ('insert', 'refresh'))
  into inserted, written
  from jsonb_array_elements(results) e;
  if resource = 'property' and written is not null then
    if inserted is not null then
      perform mls.link_siblings(inserted);
    end if;
    perform mls.link_contacts(written, '{}');
    perform mls.auto_publish(written);
  elsif resource = 'media' and written is not null then
    perform mls.auto_publish(array(select distinct e -> 'r' ->> 'ResourceRecordKey' from jsonb_array_elements(rows) e));
  elsif resource = 'contacts' and written is not null then
    perform mls.link_contacts('{}', written);
  end if;
end $$;
comment on function mls.after_merge(text, jsonb, jsonb) is 'What follows from a merge, in its transaction: siblings, contact roles, automatic publication.';

-- ===== tracked statuses that no path leads to =====

-- ----- mls.needs_decision(...) -----
create function mls.needs_decision(current public.mls_listing_status, source_before text, source_now text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select source_now is distinct from source_before
    and mls.tracked_status(current, source_before, source_now) is null
    and case
      when source_now in ('Pending', 'Active Under Contract') then current <> 'UNDER_OFFER'
      when source_now = 'Closed' then current <> 'SOLD'
      when source_now in ('Withdrawn', 'Canceled', 'Expired', 'Hold', 'Delete') then current not in ('WITHDRAWN', 'SOLD')
      when source_now = 'Active' then current in ('SOLD', 'WITHDRAWN')
      else false
    end
$$;
comment on function mls.needs_decision(public.mls_listing_status, text, text) is
  'Whether a claimed listing contradicts the new status of its source and no legal path leads there: a person must decide.';

-- ----- mls.ask_for_decision(uuid, text, text) -----
create function mls.ask_for_decision(target uuid, source_before text, source_now text) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_listing_tasks (tenant_id, listing_id, kind, title, description, assigned_to, priority)
  select l.tenant_id, l.id, 'ORIGIN_STATUS', format('The source says %s', source_now),
    format('StandardStatus went from %s to %s while the listing is %s. Decide what to do here.', coalesce(source_before, 'nothing'), source_now, l.status),
    l.broker_id, 'HIGH'
  from public.mls_listings l where l.id = target
  on conflict do nothing;
  insert into public.mls_listing_notes (tenant_id, listing_id, author_id, body)
  select l.tenant_id, l.id, null, format('Source status %s, before: %s. Not applied: the listing is %s.', source_now, coalesce(source_before, 'none'), l.status)
  from public.mls_listings l where l.id = target
$$;
comment on function mls.ask_for_decision(uuid, text, text) is 'A task for the broker and a note, because the status of the source could not be followed.';

-- ----- mls.is_echo(uuid, text, text, timestamptz) -----
create function mls.is_echo(target uuid, field text, value text, since timestamptz default '-infinity') returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.mls_listing_pushed_values v
    where v.listing_id = target and v.field = is_echo.field and v.pushed_at > since
      and (v.value #>> '{}' = is_echo.value
        or case when pg_input_is_valid(v.value #>> '{}', 'numeric') and pg_input_is_valid(is_echo.value, 'numeric')
          then (v.value #>> '{}')::numeric = is_echo.value::numeric end)
  )
$$;
comment on function mls.is_echo(uuid, text, text, timestamptz) is
  'Whether a value that a source sends is one that we pushed to it. With `since`, only pushes after that time count: a status returns to earlier values in earnest.';

-- ===== keys that lead nowhere =====

-- ----- mls.dangling_keys(text[]) -----
create function mls.dangling_keys(office_keys text[])
returns table (office_key text, resource text, field text, missing_key text, records bigint, since timestamptz)
language sql stable security definer set search_path = ''
as $$
  select d.office_key, d.resource, d.field, d.missing_key, count(*), min(d.since)
  from (
    select m.originating_office_key as office_key, 'media' as resource, 'ResourceRecordKey' as field, m.resource_record_key as missing_key, m.created_at as since
    from public.mls_listing_media m where m.listing_id is null
    union all
    select s.originating_office_key, 'showing_appointment', 'ListingKey', s.listing_key, s.created_at
    from public.mls_showings s where s.listing_id is null and s.listing_key is not null
    union all
    select s.originating_office_key, 'showing_appointment', 'ShowingAgentKey', s.showing_agent_key, s.created_at
    from public.mls_showings s
    where s.showing_agent_key is not null and not exists (select from public.mls_members m where m.origin_member_key = s.showing_agent_key)
    union all
    select s.originating_office_key, 'showing_appointment', 'BuyerContactKey', s.buyer_contact_key, s.created_at
    from public.mls_showings s
    where s.buyer_contact_key is not null and not exists (select from public.mls_contacts c where c.origin_contact_key = s.buyer_contact_key)
    union all
    select m.originating_office_key, 'member', 'OfficeKey', m.office_key, m.created_at
    from public.mls_members m
    where m.office_key is not null and not exists (select from public.mls_offices o where o.office_key = m.office_key)
    union all
    select l.originating_office_key, 'property', k.field, k.value, l.created_at
    from public.mls_listings l
    cross join lateral (values
      ('ListAgentKey', l.list_agent_key), ('CoListAgentKey', l.co_list_agent_key), ('ListOfficeKey', l.list_office_key),
      ('X_SellerContactKey', l.seller_contact_key), ('X_DeveloperContactKey', l.developer_contact_key)
    ) k (field, value)
    where k.value is not null and not case
      when k.field in ('ListAgentKey', 'CoListAgentKey') then exists (select from public.mls_members m where m.origin_member_key = k.value)
      when k.field = 'ListOfficeKey' then exists (select from public.mls_offices o where o.office_key = k.value)
      else exists (select from public.mls_contacts c where c.origin_contact_key = k.value)
    end
  ) d
  where d.office_key = any (office_keys)
  group by d.office_key, d.resource, d.field, d.missing_key
$$;
comment on function mls.dangling_keys(text[]) is
  'References whose target has not arrived, per office, field and key. They are kept as received and hold again as soon as the target arrives.';
grant execute on function mls.dangling_keys(text[]) to service_role;

-- ----- mls.list_dangling(jsonb) -----
create function mls.list_dangling(context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('dangling', coalesce(
    jsonb_agg(to_jsonb(d) order by d.office_key, d.resource, d.field, d.records desc, d.missing_key), '[]')))
  from mls.dangling_keys(array(select jsonb_array_elements_text(context -> 'offices'))) d
$$;
comment on function mls.list_dangling(jsonb) is 'mls.dangling_keys() for the offices of a client, as GET /ingest/dangling answers it.';
grant execute on function mls.list_dangling(jsonb) to service_role;
