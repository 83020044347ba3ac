import { media } from '../../functions/_shared/reso/resources/media.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { mergeOutcome, returnedOutcome } from './outcomes.ts'
import {
  evidentTime,
  type GeneratedObject,
  identifier,
  isReturned,
  keptHere,
  list,
  literal,
  statesTime,
} from './sql.ts'

/** Columns that rules of their own fill. */
const ruled = new Set(['origin_media_key', 'resource_record_key', 'originating_office_key'])

/** Fields that are copied into a column. */
const copied = media.fields.filter((field) =>
  field.gold !== false && field.column && !ruled.has(field.column)
)

/** Whether the field follows its source after the claim, too; else it is the broker's then. */
const follows = ({ owner }: Field) => owner === 'tracked' || owner === 'system'

/** Values that are not simply copied. */
const values: Record<string, { inserted?: string; changed: string }> = {
  // the address of our own copy, which we told a portal that is the source too, is no address of the source
  MediaURL: {
    inserted: 'd.url',
    changed:
      `case when d.url in (m.media_url, m.resolution_urls #>> '{jpeg,url}') then m.source_url else d.url end`,
  },
  // the field in which the source says what a file is depends on the source
  X_QobrixMediaCategory: { changed: 'd.source_category' },
  // what arrives after the claim goes behind what the broker has arranged
  Order: { inserted: 'coalesce(d.last_order + d.place, x."Order", 0)', changed: 'coalesce(x."Order", 0)' },
  X_IsPrimary: {
    inserted: 'd.last_order is null and coalesce(x."X_IsPrimary", false)',
    changed: 'coalesce(x."X_IsPrimary", false)',
  },
}

const changedValue = ({ name }: Field) => values[name]?.changed ?? `x.${identifier(name)}`
const insertedValue = (field: Field) => values[field.name]?.inserted ?? changedValue(field)

/** Fields that no column holds; what a record is about is known without it. */
const unheld = `jsonb_strip_nulls(d.payload - ${
  literal(
    `{${
      [
        ...media.fields.filter(({ gold, column }) => gold !== false && column).map(({ name }) => name),
        'ResourceName',
      ].join(',')
    }}`,
  )
}::text[])`

const insertColumns: [string, string][] = [
  ['id', 'd.new_id'],
  ['tenant_id', 'd.tenant_id'],
  ['listing_id', 'd.listing_id'],
  ['resource_record_key', 'd.listing_key'],
  ['originating_office_key', 'd.office_key'],
  ['media_key', 'd.media_key'],
  ['origin_system', 'd.origin_system'],
  ['origin_media_key', 'd.record_key'],
  ['origin_hash', 'd.content_hash'],
  ['origin_sync_ts', 'now()'],
  ['media_category', 'd.said'],
  ['source_stamp', 'd.source_time'],
  ...copied.map((field): [string, string] => [identifier(field.column!), insertedValue(field)]),
  ['extensions', unheld],
]

/** Track: the file may change; what a broker arranged (order, caption, primary photo) stays. */
const changeColumns: [string, string][] = [
  ['origin_system', 'd.origin_system'],
  ['origin_hash', 'd.content_hash'],
  ['origin_sync_ts', 'now()'],
  ['origin_deleted', 'false'],
  ['media_category', 'd.category'],
  ['source_stamp', 'coalesce(d.source_time, m.source_stamp)'],
  ...copied.map((field): [string, string] => {
    const column = identifier(field.column!)
    const value = changedValue(field)
    return [
      column,
      follows(field) ? value : `case when d.outcome = 'refresh' then ${value} else m.${column} end`,
    ]
  }),
  ['extensions', `${unheld}${keptHere(media, 'm')}`],
]

const record = `jsonb_to_record(d.payload) as x (
${list(copied.map(({ name, type }) => `${identifier(name)} ${pgType(type)}`), 6)})`

/** mls.merge_media_once(rows, context): merges gold media in one statement, as mls.merge_listings() does listings. */
export function mediaMerge(): GeneratedObject {
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.merge_media_once(jsonb,jsonb)',
    resource: media.ingestName,
    sql: `create or replace function mls.merge_media_once(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
  newer uuid[];
begin
  perform mls.settle_waiting_media(array(select distinct e -> 'r' ->> 'ResourceRecordKey' from jsonb_array_elements(rows) e));

  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'MediaKey', '') as record_key, nullif(i.r ->> 'ResourceRecordKey', '') as listing_key,
      o.office_key, o.tenant_id, o.origin_system, o.time_field, o.media_category_field, i.r as record,
      case when o.has_media_times and ${statesTime('i.r ->> o.time_field')}
        then ${evidentTime('(i.r ->> o.time_field)::timestamptz')} end as source_time,
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
    select k.ordinal, k.record_key, k.listing_key, k.office_key, k.tenant_id, k.origin_system, k.time_field, k.media_category_field, k.source_time,
      case when f.is_foreign then coalesce(k.reason, 'office_mismatch') else k.reason end as reason,
      f.is_foreign, ${
      isReturned('l.id is null and m.id is null', 'k.listing_key')
    } as is_returned, l.id as listing_id, l.claimed_at, l.is_externally_managed, m.id as media_id, m.origin_hash, m.origin_deleted,
      coalesce(m.locked, false) as locked, m.media_category as current_category, o.payload as previous, ${
      evidentTime('o.source_modified_at')
    } as previous_time,
      -- a column that vanished upstream must not blank what is known, least of all that a file is a document
      case when o.payload is null then k.record else case when o.payload ? '$raw' then o.payload - '$raw' else o.payload end || k.record end as payload,
      coalesce(btrim(mls.source_category(k.record, k.media_category_field)), '') <> '' and k.source_time > ${
      evidentTime('o.source_modified_at')
    } and not m.locked as may_leave
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
      md5((m.payload - ('{etl_timestamp,etl_batch_id,X_QobrixCreated}'::text[] || m.time_field))::text) as content_hash,
      mls.source_category(m.payload, m.media_category_field) as source_category,
      mls.media_category(mls.source_category(m.payload, m.media_category_field), m.payload ->> 'MediaCategory', m.payload ->> 'MediaType') as said,
      mls.media_url(m.payload ->> 'MediaURL', m.office_key) as url,
      m.listing_id is not null and m.media_id is null and m.claimed_at is not null
        and mls.is_own_medium(m.listing_id, mls.media_url(m.payload ->> 'MediaURL', m.office_key), m.record_key) as is_own
    from matched m
  ),
  decided as materialized (
    select c.*, ${returnedOutcome('c.is_returned or c.is_own', 'm.outcome')} as outcome
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
            mls.source_category(r.previous, r.media_category_field), r.previous ->> 'MediaCategory', r.previous ->> 'MediaType') then r.current_category
          else r.said
        end as category
      from read r
    ) c
    cross join lateral (
      select ${
      mergeOutcome({
        match: 'not c.is_foreign and (c.is_externally_managed is false or c.media_id is not null)',
        managed: 'coalesce(c.is_externally_managed, true)',
        claimed: 'c.claimed_at is not null or c.locked',
        rejected: 'c.reason is not null',
        newest: 'c.age = 1',
        older:
          'c.source_time < c.previous_time or (c.is_lesser and c.content_hash is distinct from c.origin_hash)',
        same: 'c.content_hash = c.origin_hash and not c.origin_deleted',
      })
    } as outcome
      offset 0
    ) m
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
${list(insertColumns.map(([column]) => column), 6)})
    select
${list(insertColumns.map(([, value]) => value), 6)}
    from named d cross join lateral ${record}
    order by d.ordinal
  ),
  changed as (
    update public.mls_listing_media m set
${list(changeColumns.map(([column, value]) => `${column} = ${value}`), 6)}
    from decided d cross join lateral ${record}
    where d.outcome in ('refresh', 'track') and m.id = d.media_id
  ),
  remembered as (
    insert into public.mls_listing_media_origins (media_id, payload, source_modified_at, delivered_by)
    select n.new_id, n.payload, n.source_time, context ->> 'source' from named n
    union all
    select d.media_id, d.payload, d.source_time, context ->> 'source' from decided d where d.outcome in ('refresh', 'track') and d.media_id is not null
    on conflict (media_id) do update set
      payload = excluded.payload, source_modified_at = coalesce(excluded.source_modified_at, ${
      evidentTime('mls_listing_media_origins.source_modified_at')
    }),
      delivered_by = coalesce(excluded.delivered_by, mls_listing_media_origins.delivered_by)
  ),
  seen as (
    update public.mls_listing_media_origins o set
      source_modified_at = greatest(${evidentTime('o.source_modified_at')}, d.source_time),
      delivered_by = coalesce(context ->> 'source', o.delivered_by)
    from decided d
    where d.outcome = 'unchanged' and o.media_id = d.media_id
      and (
        (d.source_time is not null and (${evidentTime('o.source_modified_at')} >= d.source_time) is not true)
        or o.delivered_by is distinct from coalesce(context ->> 'source', o.delivered_by)
      )
  )
  select coalesce(jsonb_agg(mls.merge_result(d.ordinal, d.record_key, d.outcome, d.reason,
    coalesce(i.warnings, '[]') || case
      when d.url is null and btrim(d.payload ->> 'MediaURL') <> '' then
        '[{"field": "MediaURL", "code": "unsupported_url", "message": "Only http, https and paths are taken; the file is kept without its address, and neither served nor counted."}]'::jsonb
      when d.reason is null and d.said in ('image', 'floorplan') and (d.url ~* '^https?://[^/?#[:space:]]') is not true then
        '[{"field": "MediaURL", "code": "no_address", "message": "A picture without a full web address is kept, but neither served nor counted."}]'::jsonb
      else '[]' end,
    coalesce(i.errors, '[]') || case when d.reason = 'invalid_key' then
      '[{"field": "MediaKey", "code": "invalid_key", "message": "A MediaKey may not contain ~, which joins MediaKey and ListingKey where several listings share a file."}]'::jsonb
      when d.is_foreign and d.reason = 'office_mismatch' then mls.office_conflict('property', d.listing_key, d.office_key)
      else '[]' end) order by d.ordinal), '[]'),
    -- the record says the same with a newer time: perhaps the file behind the address is another
    array_agg(d.media_id) filter (where d.outcome = 'unchanged' and d.source_time > d.previous_time)
  into results, newer
  from decided d join incoming i on i.ordinal = d.ordinal;
  perform mls.ask_for_copies(newer);
  return results;
end $$;
comment on function mls.merge_media_once(jsonb, jsonb) is 'One attempt of mls.merge_media().';`,
  }
}
