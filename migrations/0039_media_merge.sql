-- What a batch of gold Media does to mls_listing_media.

-- ----- mls.media_rank(text) -----
create function mls.media_rank(category text) returns integer
language sql immutable parallel safe set search_path = ''
as $$
  select array_position(array['image', 'video', 'tour', 'audio', 'floorplan', 'document'], category)
$$;
comment on function mls.media_rank(text) is 'Which of several categories of one file counts: the smaller rank. A source may return one file under several. Documents stand outside this order: they always count.';

-- ----- mls.media_extensions(jsonb) -----
create function mls.media_extensions(payload jsonb) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_strip_nulls(payload - '{MediaKey,ResourceRecordKey,MediaURL,MediaType,Order,ShortDescription,LongDescription,ImageWidth,ImageHeight,ImageSizeBytes,X_IsPrimary,X_QobrixMediaCategory,X_QobrixCreated,OriginatingSystemOfficeKey,etl_timestamp,etl_batch_id,ResourceName}'::text[])
$$;
comment on function mls.media_extensions(jsonb) is 'Fields of a gold media record that no column holds.';

-- ----- mls.merge_media_once(jsonb, jsonb) -----
create function mls.merge_media_once(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
begin
  perform mls.settle_waiting_media(array(select distinct e -> 'r' ->> 'ResourceRecordKey' from jsonb_array_elements(rows) e));

  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'MediaKey', '') as record_key, nullif(i.r ->> 'ResourceRecordKey', '') as listing_key,
      o.office_key, o.tenant_id, o.origin_system, i.r as record,
      -- Dash stamps its media with the time of the export, which says nothing about them
      case when o.origin_system = 'QOBRIX' and pg_input_is_valid(i.r ->> 'X_QobrixModified', 'timestamptz')
        then (i.r ->> 'X_QobrixModified')::timestamptz end as source_time,
      coalesce(
        mls.reject_reason(i.r ->> 'MediaKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context),
        case when coalesce(i.r ->> 'ResourceRecordKey', '') = '' then 'missing_listing_key' end,
        -- ~ joins MediaKey and ListingKey in served keys; in one of the two it would make them ambiguous
        case when i.r ->> 'MediaKey' like '%~%' then 'invalid_key' end
      ) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  listings as materialized (
    select l.id, l.tenant_id, l.origin_key, l.originating_office_key, l.claimed_at, l.is_externally_managed
    from public.mls_listings l
    where l.origin_key = any (array(select k.listing_key from keyed k))
    order by l.id
    for key share
  ),
  locked as materialized (
    select m.id, m.resource_record_key, m.origin_media_key, m.originating_office_key, m.origin_hash, m.origin_deleted, m.locked, m.media_category
    from public.mls_listing_media m
    where m.origin_media_key = any (array(select k.record_key from keyed k))
      and (m.resource_record_key, m.origin_media_key) in (select k.listing_key, k.record_key from keyed k)
    order by m.id
    for no key update
  ),
  matched as materialized (
    select k.ordinal, k.record_key, k.listing_key, k.office_key, k.tenant_id, k.origin_system, k.source_time,
      case when f.is_foreign then coalesce(k.reason, 'office_mismatch') else k.reason end as reason,
      f.is_foreign, l.id as listing_id, l.claimed_at, l.is_externally_managed, m.id as media_id, m.origin_hash, m.origin_deleted,
      coalesce(m.locked, false) as locked, m.media_category as current_category, o.payload as previous, o.source_modified_at as previous_time,
      -- a column that vanished upstream must not blank what is known, least of all that a file is a document
      case when o.payload is null then k.record else case when o.payload ? '$raw' then o.payload - '$raw' else o.payload end || k.record end as payload,
      coalesce(btrim(k.record ->> 'X_QobrixMediaCategory'), '') <> '' and k.source_time > o.source_modified_at and not m.locked as may_leave
    from keyed k
    left join listings l on l.origin_key = k.listing_key
    cross join lateral (
      select coalesce(l.tenant_id <> k.tenant_id or l.originating_office_key <> k.office_key, false) as is_foreign
    ) f
    left join locked m on m.resource_record_key = k.listing_key and m.origin_media_key = k.record_key and m.originating_office_key = k.office_key
    left join public.mls_listing_media_origins o on o.media_id = m.id
  ),
  read as materialized (
    select m.*,
      md5((m.payload - '{etl_timestamp,etl_batch_id,X_QobrixModified,X_QobrixCreated}'::text[])::text) as content_hash,
      mls.media_category(m.payload ->> 'X_QobrixMediaCategory', m.payload ->> 'MediaCategory', m.payload ->> 'MediaType') as said,
      mls.media_url(m.payload ->> 'MediaURL', m.office_key) as url
    from matched m
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => not c.is_foreign and (c.is_externally_managed is false or c.media_id is not null),
      is_managed => coalesce(c.is_externally_managed, true),
      is_claimed => c.claimed_at is not null or c.locked,
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time or (c.is_lesser and c.content_hash is distinct from c.origin_hash),
      is_same => c.content_hash = c.origin_hash and not c.origin_deleted
    ) as outcome
    from (
      select r.*,
        -- of twins the newest counts; but a file that is a document in one of them is a document
        row_number() over (
          partition by r.listing_key, r.record_key, r.office_key, r.reason is null
          order by (r.said = 'document' and (r.source_time < r.previous_time) is not true) desc,
            r.source_time desc nulls last, mls.media_rank(r.said), r.ordinal desc
        ) as age,
        -- one file under several categories: the lesser one does not replace the better one unless it is newer, and
        -- nothing replaces a document but a newer record that names another category
        r.media_id is not null and case
          when r.said = 'document' then false
          when r.current_category = 'document' then r.may_leave is not true
          else mls.media_rank(r.said) > mls.media_rank(r.current_category) and not r.origin_deleted
            and (r.source_time > r.previous_time) is not true
        end as is_lesser,
        case
          when r.said = 'document' or (r.current_category = 'document' and r.may_leave is not true) then 'document'
          -- after a claim the category follows the source's own change of it, as everything does
          when (r.claimed_at is not null or r.locked) and r.said = mls.media_category(
            r.previous ->> 'X_QobrixMediaCategory', r.previous ->> 'MediaCategory', r.previous ->> 'MediaType') then r.current_category
          else r.said
        end as category
      from read r
    ) c
  ),
  named as materialized (
    -- the first listing to bring a key serves it bare; a repeat for another listing gets the listing's key added
    select d.*, n.id as new_id,
      -- what arrives after the claim goes behind what the broker has arranged
      case when d.claimed_at is not null then (
        select max(m.display_order) from public.mls_listing_media m where m.listing_id = d.listing_id
      ) end as last_order,
      row_number() over (partition by d.listing_id order by (d.payload ->> 'Order')::integer nulls last, d.ordinal) as place,
      case
        when not exists (select from public.mls_listing_media m where m.media_key = d.record_key)
          and row_number() over (partition by d.record_key order by d.ordinal) = 1
        then d.record_key
        when not exists (select from public.mls_listing_media m where m.media_key = d.record_key || '~' || d.listing_key)
        then d.record_key || '~' || d.listing_key
        else d.record_key || '~' || d.listing_key || '~' || n.id
      end as media_key
    from decided d
    -- reads a column of d, so that it is another one for every row
    cross join lateral (select case when d.ordinal is not null then gen_random_uuid() end as id offset 0) n
    where d.outcome = 'insert'
  ),
  inserted as (
    insert into public.mls_listing_media (
      id, tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, origin_media_key,
      display_order, is_primary, media_category, source_category, media_url, mime_type, title, description, image_width,
      image_height, file_size_bytes, created_ts, origin_etl_ts, origin_etl_batch_id, origin_hash, origin_sync_ts, extensions
    )
    select n.new_id, n.tenant_id, n.listing_id, n.listing_key, n.office_key, n.media_key, n.origin_system, n.record_key,
      coalesce(n.last_order + n.place, x."Order", 0), n.last_order is null and coalesce(x."X_IsPrimary", false), n.said, x."X_QobrixMediaCategory",
      n.url, x."MediaType", x."ShortDescription", x."LongDescription", x."ImageWidth",
      x."ImageHeight", x."ImageSizeBytes", x."X_QobrixCreated", x.etl_timestamp, x.etl_batch_id, n.content_hash, now(),
      mls.media_extensions(n.payload)
    from named n
    cross join lateral jsonb_to_record(n.payload) as x (
      "Order" integer, "X_IsPrimary" boolean, "X_QobrixMediaCategory" text, "MediaType" text, "ShortDescription" text,
      "LongDescription" text, "ImageWidth" integer, "ImageHeight" integer, "ImageSizeBytes" bigint, "X_QobrixCreated" text,
      etl_timestamp timestamptz, etl_batch_id text)
    order by n.ordinal
  ),
  changed as (
    -- track: the file may change, what a broker arranged (order, caption, primary photo) stays
    update public.mls_listing_media m set
      origin_system = d.origin_system,
      origin_hash = d.content_hash,
      origin_sync_ts = now(),
      origin_deleted = false,
      origin_etl_ts = x.etl_timestamp,
      origin_etl_batch_id = x.etl_batch_id,
      created_ts = x."X_QobrixCreated",
      media_url = d.url,
      mime_type = x."MediaType",
      media_category = d.category,
      source_category = x."X_QobrixMediaCategory",
      image_width = x."ImageWidth",
      image_height = x."ImageHeight",
      file_size_bytes = x."ImageSizeBytes",
      extensions = mls.media_extensions(d.payload),
      display_order = case when d.outcome = 'refresh' then coalesce(x."Order", 0) else m.display_order end,
      is_primary = case when d.outcome = 'refresh' then coalesce(x."X_IsPrimary", false) else m.is_primary end,
      title = case when d.outcome = 'refresh' then x."ShortDescription" else m.title end,
      description = case when d.outcome = 'refresh' then x."LongDescription" else m.description end
    from decided d
    cross join lateral jsonb_to_record(d.payload) as x (
      "Order" integer, "X_IsPrimary" boolean, "X_QobrixMediaCategory" text, "MediaType" text, "ShortDescription" text,
      "LongDescription" text, "ImageWidth" integer, "ImageHeight" integer, "ImageSizeBytes" bigint, "X_QobrixCreated" text,
      etl_timestamp timestamptz, etl_batch_id text)
    where d.outcome in ('refresh', 'track') and m.id = d.media_id
  ),
  remembered as (
    insert into public.mls_listing_media_origins (media_id, payload, source_modified_at)
    select n.new_id, n.payload, n.source_time from named n
    union all
    select d.media_id, d.payload, d.source_time from decided d where d.outcome in ('refresh', 'track')
    on conflict (media_id) do update set
      payload = excluded.payload, source_modified_at = coalesce(excluded.source_modified_at, mls_listing_media_origins.source_modified_at)
  ),
  seen as (
    update public.mls_listing_media_origins o set source_modified_at = d.source_time
    from decided d
    where d.outcome = 'unchanged' and o.media_id = d.media_id and (o.source_modified_at >= d.source_time) is not true and d.source_time is not null
  )
  select coalesce(jsonb_agg(mls.merge_result(d.ordinal, d.record_key, d.outcome, d.reason,
    coalesce(i.warnings, '[]') || case when d.url is null and btrim(d.payload ->> 'MediaURL') <> '' then
      '[{"field": "MediaURL", "code": "unsupported_url", "message": "Only http, https and paths are taken; the file is kept without its address."}]'::jsonb
      else '[]' end,
    coalesce(i.errors, '[]') || case when d.reason = 'invalid_key' then
      '[{"field": "MediaKey", "code": "invalid_key", "message": "A MediaKey may not contain ~, which joins MediaKey and ListingKey where several listings share a file."}]'::jsonb
      else '[]' end) order by d.ordinal), '[]')
  into results
  from decided d join incoming i on i.ordinal = d.ordinal;
  return results;
end $$;
comment on function mls.merge_media_once(jsonb, jsonb) is 'One attempt of mls.merge_media().';

-- ----- mls.merge_media(jsonb, jsonb) -----
create function mls.merge_media(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  attempts constant integer := 3;
begin
  for attempt in 1 .. attempts loop
    begin
      return mls.merge_media_once(rows, context);
    exception when unique_violation or deadlock_detected then
      -- another office brought the same key first at the same time; now its row is there to be seen
      if attempt = attempts then
        raise;
      end if;
    end;
  end loop;
end $$;
comment on function mls.merge_media(jsonb, jsonb) is
  'Merges gold media [{r, e, w}], keyed by office, listing and MediaKey. Media of claimed listings and locked media keep their order and captions; a document stays one until a newer record names another category. Absence from a batch removes nothing. Answers one result per record, in input order. Internal: call mls.ingest_batch().';
