-- Media: what a batch of gold Media does to mls_listing_media, and the photo count of listings.

-- ===== helpers =====

-- ----- mls.media_category(text, text, text) -----
create function mls.media_category(source_category text, gold_category text, mime_type text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when lower(source_category) like '%floor%plan%' or lower(source_category) = 'floorplans' then 'floorplan'
    when lower(source_category) in ('documents', 'document') then 'document'
    when lower(gold_category) = 'document' or lower(mime_type) = 'application/pdf' then 'document'
    when lower(gold_category) = 'video' or lower(mime_type) like 'video/%' then 'video'
    when lower(gold_category) = 'audio' or lower(mime_type) like 'audio/%' then 'audio'
    else 'image'
  end
$$;
comment on function mls.media_category(text, text, text) is
  'image, video, document, floorplan or audio. The category of the source decides before the MIME type: a scanned deed is an image file and still a document.';

-- ----- mls.media_rank(text) -----
create function mls.media_rank(category text) returns integer
language sql immutable parallel safe set search_path = ''
as $$
  select array_position(array['image', 'video', 'tour', 'audio', 'floorplan', 'document'], category)
$$;
comment on function mls.media_rank(text) is 'Which of several categories of one file counts: the smaller rank. A source may return one file under several.';

-- ----- mls.media_url(text, text) -----
create function mls.media_url(url text, office_key text) returns text
language sql stable set search_path = ''
as $$
  select case when url like '/%' then
    coalesce((select rtrim(o.extensions ->> 'media_base_url', '/') from public.mls_offices o where o.office_key = media_url.office_key), '') || url
  else url end
$$;
comment on function mls.media_url(text, text) is
  'URL of a media file; a path is put behind the media_base_url in the extensions of its market office, where one is set.';

-- ----- mls.media_extensions(jsonb) -----
create function mls.media_extensions(payload jsonb) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_strip_nulls(payload - '{MediaKey,ResourceRecordKey,MediaURL,MediaType,Order,ShortDescription,LongDescription,ImageWidth,ImageHeight,ImageSizeBytes,X_IsPrimary,X_QobrixMediaCategory,X_QobrixCreated,OriginatingSystemOfficeKey,etl_timestamp,etl_batch_id,ResourceName}'::text[])
$$;
comment on function mls.media_extensions(jsonb) is 'Fields of a gold media record that no column holds.';

-- ===== merge =====

-- ----- mls.merge_media(jsonb, jsonb) -----
create function mls.merge_media(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  results jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'MediaKey', '') as record_key, nullif(i.r ->> 'ResourceRecordKey', '') as listing_key,
      o.office_key, o.tenant_id, o.origin_system, i.r as payload,
      -- Dash stamps its media with the time of the export, which says nothing about them
      case when o.origin_system = 'QOBRIX' and pg_input_is_valid(i.r ->> 'X_QobrixModified', 'timestamptz')
        then (i.r ->> 'X_QobrixModified')::timestamptz end as source_time,
      mls.media_category(i.r ->> 'X_QobrixMediaCategory', i.r ->> 'MediaCategory', i.r ->> 'MediaType') as category,
      md5((i.r - '{etl_timestamp,etl_batch_id,X_QobrixModified,X_QobrixCreated}'::text[])::text) as content_hash,
      coalesce(
        mls.reject_reason(i.r ->> 'MediaKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context),
        case when coalesce(i.r ->> 'ResourceRecordKey', '') = '' then 'missing_listing_key' end
      ) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  listings as materialized (
    select l.id, l.origin_key, l.originating_office_key, l.claimed_at, l.is_externally_managed
    from public.mls_listings l
    where l.origin_key = any (array(select k.listing_key from keyed k))
    order by l.id
    for key share
  ),
  locked as materialized (
    select m.id, m.resource_record_key, m.origin_media_key, m.origin_hash, m.origin_deleted, m.locked, m.media_category,
      m.origin_sync_ts, m.originating_office_key, m.extensions ->> 'X_QobrixModified' as modified
    from public.mls_listing_media m
    where (m.resource_record_key, m.origin_media_key) in (select k.listing_key, k.record_key from keyed k)
    order by m.id
    for no key update
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => c.listing_id is not null and c.is_externally_managed is false or c.media_id is not null,
      is_managed => coalesce(c.is_externally_managed, true),
      is_claimed => c.claimed_at is not null or coalesce(c.locked, false),
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time or c.is_lesser,
      is_same => c.content_hash = c.origin_hash and not c.origin_deleted
    ) as outcome
    from (
      select k.*, l.id as listing_id, l.claimed_at, l.is_externally_managed, m.id as media_id, m.origin_hash, m.origin_deleted, m.locked,
        case when k.origin_system = 'QOBRIX' and pg_input_is_valid(m.modified, 'timestamptz') then m.modified::timestamptz end as previous_time,
        -- one file under several categories: the lesser one does not replace the better one unless it is newer
        mls.media_rank(k.category) > mls.media_rank(m.media_category) and not m.origin_deleted
          and (k.source_time is null or m.modified is null or not pg_input_is_valid(m.modified, 'timestamptz')
            or k.source_time <= m.modified::timestamptz) as is_lesser,
        row_number() over (
          partition by k.listing_key, k.record_key, x.reason is null
          order by k.source_time desc nulls last, mls.media_rank(k.category), k.ordinal desc
        ) as age,
        x.reason as final_reason
      from keyed k
      left join listings l on l.origin_key = k.listing_key
      left join locked m on m.resource_record_key = k.listing_key and m.origin_media_key = k.record_key
      cross join lateral (
        select case when k.reason is null and coalesce(l.originating_office_key, m.originating_office_key) <> k.office_key
          then 'office_mismatch' else k.reason end as reason
      ) x
    ) c
  ),
  named as materialized (
    -- the first listing to bring a key serves it bare; a repeat for another listing gets the listing's key added
    select d.*,
      -- what arrives after the claim goes behind what the broker has arranged
      case when d.claimed_at is not null then (
        select max(m.display_order) from public.mls_listing_media m where m.listing_id = d.listing_id
      ) end as last_order,
      row_number() over (partition by d.listing_id order by (d.payload ->> 'Order')::integer nulls last, d.ordinal) as place,
      case
      when exists (select from public.mls_listing_media m where m.media_key = d.record_key)
        or row_number() over (partition by d.record_key order by d.ordinal) > 1
      then d.record_key || '~' || d.listing_key else d.record_key end as media_key
    from decided d
    where d.outcome = 'insert'
  ),
  inserted as (
    insert into public.mls_listing_media (
      tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, origin_media_key,
      display_order, is_primary, media_category, source_category, media_url, mime_type, title, description, image_width,
      image_height, file_size_bytes, created_ts, origin_etl_ts, origin_etl_batch_id, origin_hash, origin_sync_ts, extensions
    )
    select n.tenant_id, n.listing_id, n.listing_key, n.office_key, n.media_key, n.origin_system, n.record_key,
      coalesce(n.last_order + n.place, x."Order", 0), n.last_order is null and coalesce(x."X_IsPrimary", false), n.category, x."X_QobrixMediaCategory",
      mls.media_url(x."MediaURL", n.office_key), x."MediaType", x."ShortDescription", x."LongDescription", x."ImageWidth",
      x."ImageHeight", x."ImageSizeBytes", x."X_QobrixCreated", x.etl_timestamp, x.etl_batch_id, n.content_hash, now(),
      mls.media_extensions(n.payload)
    from named n
    cross join lateral jsonb_to_record(n.payload) as x (
      "Order" integer, "X_IsPrimary" boolean, "X_QobrixMediaCategory" text, "MediaURL" text, "MediaType" text, "ShortDescription" text,
      "LongDescription" text, "ImageWidth" integer, "ImageHeight" integer, "ImageSizeBytes" bigint, "X_QobrixCreated" text,
      etl_timestamp timestamptz, etl_batch_id text)
    order by n.ordinal
  ),
  changed as (
    -- track: the file may change, what a broker arranged (order, caption, primary photo) stays
    update public.mls_listing_media m set
      listing_id = coalesce(m.listing_id, d.listing_id),
      origin_system = d.origin_system,
      origin_hash = d.content_hash,
      origin_sync_ts = now(),
      origin_deleted = false,
      origin_etl_ts = x.etl_timestamp,
      origin_etl_batch_id = x.etl_batch_id,
      created_ts = x."X_QobrixCreated",
      media_url = mls.media_url(x."MediaURL", d.office_key),
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
      "Order" integer, "X_IsPrimary" boolean, "X_QobrixMediaCategory" text, "MediaURL" text, "MediaType" text, "ShortDescription" text,
      "LongDescription" text, "ImageWidth" integer, "ImageHeight" integer, "ImageSizeBytes" bigint, "X_QobrixCreated" text,
      etl_timestamp timestamptz, etl_batch_id text)
    where d.outcome in ('refresh', 'track') and m.id = d.media_id
  )
  select coalesce(jsonb_agg(
    mls.merge_result(d.ordinal, d.record_key, d.outcome, d.final_reason, i.warnings, i.errors) order by d.ordinal), '[]')
  into results
  from decided d join incoming i on i.ordinal = d.ordinal;
  return results;
end $$;
comment on function mls.merge_media(jsonb, jsonb) is
  'Merges gold media [{r, e, w}], keyed by listing and MediaKey. Media of claimed listings and locked media keep their order and captions. Absence from a batch removes nothing. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

-- ===== media that wait for their listing, and the photo count =====

-- ----- mls.adopt_waiting_media(): statement trigger, a new listing takes the media and showings that came before it -----
create function mls.adopt_waiting_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.mls_listing_media m set listing_id = n.id
  from new_rows n
  where m.listing_id is null and m.resource_record_key = n.origin_key and m.originating_office_key = n.originating_office_key;
  update public.mls_showings s set listing_id = n.id
  from new_rows n
  where s.listing_id is null and s.listing_key = n.origin_key and s.tenant_id = n.tenant_id;
  return null;
end $$;
comment on function mls.adopt_waiting_media() is 'Statement trigger: resolves references that arrived before the listing.';
create trigger adopt_waiting after insert on public.mls_listings
  referencing new table as new_rows for each statement execute function mls.adopt_waiting_media();

-- ----- mls.count_photos(): statement trigger of mls_listing_media -----
create function mls.count_photos() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  touched uuid[];
begin
  case tg_op
    when 'INSERT' then select array_agg(distinct listing_id) into touched from new_rows;
    when 'UPDATE' then
      select array_agg(distinct x.listing_id) into touched
      from (select listing_id from new_rows union all select listing_id from old_rows) x;
    else select array_agg(distinct listing_id) into touched from old_rows;
  end case;
  update public.mls_listings l set photos_count = c.photos
  from (
    select l.id, count(m.id)::integer as photos
    from public.mls_listings l
    left join public.mls_listing_media m
      on m.listing_id = l.id and m.media_category = 'image' and not m.is_hidden and not m.origin_deleted
    where l.id = any (touched)
    group by l.id
  ) c
  where l.id = c.id and l.photos_count <> c.photos;
  return null;
end $$;
comment on function mls.count_photos() is 'Statement trigger: keeps mls_listings.photos_count.';
create trigger count_photos_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.count_photos();
create trigger count_photos_update after update on public.mls_listing_media
  referencing old table as old_rows new table as new_rows for each statement execute function mls.count_photos();
create trigger count_photos_delete after delete on public.mls_listing_media
  referencing old table as old_rows for each statement execute function mls.count_photos();
