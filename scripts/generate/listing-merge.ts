import { goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { extensions } from './listing-extensions.ts'
import { mergeOutcome, mergeResult, rejectReason, returnedOutcome } from './outcomes.ts'
import {
  evidentTime,
  type GeneratedObject,
  identifier,
  isReturned,
  keptHere,
  list,
  literal,
  nameList,
  recordsByKey,
} from './sql.ts'

/** Columns that the merge fills by rules of its own, not by copying a field. */
export const ruled = new Set([
  'origin_key',
  'originating_office_key',
  'source_standard_status',
  'origin_modified_ts',
  'ref',
  'lease_amount',
])

/**
 * Values of the source that do not count as content: a job that rewrites them has changed nothing. Besides, the field in
 * which an origin system writes its times.
 */
const notContent = ['etl_timestamp', 'etl_batch_id', 'ModificationTimestamp', 'X_QobrixModified']

/**
 * 64 bits of the content. Hashing the jsonb takes a fifth of the time that md5 of its text takes (10 us a full record), and
 * numbers that differ in trailing zeros only are the same. Should another version of Postgres hash differently, every
 * record would be refreshed once, with nothing for consumers to see.
 */
const contentHash = (payload: string, office: string) =>
  `to_hex(jsonb_hash_extended(${payload} - (${
    literal(`{${notContent.join(',')}}`)
  }::text[] || ${office}.time_field), 0))`

const fields = goldFields(property)
const held = fields.filter((field) => field.column || field.view)
const copied = fields.filter((field) => field.column && !ruled.has(field.column))
const typedTexts = copied.filter((field) => field.columnType)

/** Text of gold read as the type of a column that is stricter; null where it cannot be. */
function typedValue(field: Field): string {
  const received = `x.${identifier(field.name)}`
  if (field.columnType === 'boolean') {
    const ascii = `lower(${received} collate "C")`
    // as gold writes them first: most are
    return `case ${received} when 'true' then true when 'false' then false
        else case when ${ascii} in ('true', 'yes', '1') then true when ${ascii} in ('false', 'no', '0') then false end end`
  }
  return `case when pg_input_is_valid(${received}, ${
    literal(field.columnType!)
  }) and lower(${received} collate "C") <> 'nan' then ${received}::${field.columnType} end`
}

/** The value for a field's column: as received, or as typed() reads it. */
function columnValue(field: Field): string {
  return `${field.columnType ? 'y' : 'x'}.${identifier(field.name)}`
}

/** Where the record of row `p` of the plan is. It is not carried along: of seven steps each would copy 8 kB a record. */
const payload = "coalesce(p.completed, rows -> p.ordinal -> 'r')"

/** Rows `p` of the plan, with their record as sent (`d`), its fields (`x`), and texts as their column takes them (`y`). */
const read = (plan: string) =>
  `${plan} cross join lateral (select ${payload} as payload offset 0) d
    cross join lateral jsonb_to_record(d.payload) as x (
${
    list([
      ...held.map((field) => `${identifier(field.name)} ${pgType(field.type)}`),
      '"ListPriceCurrencyCode" text',
    ], 6)
  })
    cross join lateral (
      select
${list(typedTexts.map((field) => `${typedValue(field)} as ${identifier(field.name)}`), 8)}
      offset 0
    ) y`

/** The currency that a record names, null when it names none that could be one. */
const sentCurrency = `case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end`

/** Columns that insert and refresh write alike: [column, value]. */
const sourceColumns: [string, string][] = [
  ['origin_system', 'p.origin_system'],
  ['origin_sync_ts', 'now()'],
  ['origin_deleted', 'false'],
  ['originating_office_key', 'p.office_key'],
  ['origin_modified_ts', 'x."ModificationTimestamp"'],
  ['source_standard_status', 'x."StandardStatus"'],
  ['ref', 'x."ListingId"'],
  ['ref_collision', 'p.ref_collision'],
  ['lease_amount', 'coalesce(x."LeaseAmount", x."LeasePrice")'],
  ['currency_code', `coalesce(${sentCurrency}, p.currency_code)`],
  ['currency_assumed', `${sentCurrency} is null`],
  ...copied.map((field): [string, string] => [identifier(field.column!), columnValue(field)]),
]

/** The broker whom the source names, if the member is a user: a proposal, claimed_at stays empty. */
const member = (condition: string) =>
  recordsByKey('m.user_id, m.tenant_id, m.seq', 'public.mls_members m', condition)
const broker = `coalesce(
        (select m.user_id from ${
  member('m.origin_member_key = x."ListAgentKey"')
} m where m.tenant_id = p.tenant_id),
        (select m.user_id from ${member(`lower(m.email) = lower(d.payload ->> 'ListAgentEmail')`)} m
         where m.tenant_id = p.tenant_id and m.user_id is not null
         order by m.seq limit 1))`

/** A status that the source changed, where a legal path leads there and it is not what we told the source ourselves. */
const followed = `case when not mls.is_echo(p.listing_id, 'StandardStatus', x."StandardStatus", p.applied_at)
        then mls.tracked_status(l.status, p.previous ->> 'StandardStatus', x."StandardStatus") end`

/** Columns of a new listing beyond those: [column, value]. */
const insertColumns: [string, string][] = [
  ['id', 'p.listing_id'],
  ['tenant_id', 'p.tenant_id'],
  ['market', 'p.market'],
  ['origin_key', 'p.record_key'],
  ['is_externally_managed', 'true'],
  ['status', `'INGESTED'`],
  ['original_list_price', 'x."ListPrice"'],
  ['broker_id', broker],
  ...sourceColumns,
  ['extensions', extensions(typedTexts)],
]

/** An unclaimed listing that was published without a broker keeps following its source, its status included. */
const refreshColumns: [string, string][] = [
  ...sourceColumns,
  ['extensions', `${extensions(typedTexts)}${keptHere(property, 'l')}`],
  ['broker_id', `coalesce(${broker}, l.broker_id)`],
  ['status', `case when l.status = 'INGESTED' then l.status else coalesce(${followed}, l.status) end`],
]

/** Whether the source's own value of one of these fields is another than in its last applied record. */
function changedAtSource(names: string[]): string {
  return names.map((name) => `(d.payload -> '${name}') is distinct from (p.previous -> '${name}')`).join(
    ' or ',
  )
}

/** The rent has two names in gold; which of them carries it may change without the rent changing. */
const rentChanged = `coalesce(d.payload ->> 'LeaseAmount', d.payload ->> 'LeasePrice')
        is distinct from coalesce(p.previous ->> 'LeaseAmount', p.previous ->> 'LeasePrice')`

/** A tracked column follows the source where the source's own value changed to something that did not come from us. */
function tracked(
  column: string,
  value: string,
  names: string[],
  { echoed = [[names[0]!, value]], changed = changedAtSource(names) }: {
    echoed?: [string, string][]
    changed?: string
  } = {},
): string {
  const echo = echoed.map(([name, sent]) => `mls.is_echo(p.listing_id, '${name}', (${sent})::text)`).join(
    ' and ',
  )
  return `${column} = case when (${changed}) and ${value} is not null and not (${echo}) then ${value} else l.${column} end`
}

/** A place is an echo only as a pair. */
const place: [string, string][] = [['Latitude', 'x."Latitude"'], ['Longitude', 'x."Longitude"']]

/**
 * mls.merge_listings(rows, context): merges gold listings in one statement. Everything hangs on `plan`, one row per
 * record with its decision; the writes only carry it out. Columns are listed from the dictionary. plpgsql keeps the plan
 * of the statement for the session: with 220 columns, planning costs as much as merging 500 records.
 */
export function listingMerge(): GeneratedObject {
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.merge_listings(jsonb,jsonb)',
    resource: property.ingestName,
    sql: `create or replace function mls.merge_listings(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_memoize = off set jit = off
as $$
declare
  results jsonb;
  undecided jsonb;
begin
  with keyed as materialized (
    select i.ordinal, nullif(i.key, '') as record_key, i.r ->> 'ListingId' as sent_ref, o.office_key, o.tenant_id, o.origin_system,
      o.time_field, o.currency_code, t.code as market, ${evidentTime('i.modified')} as source_time,
      ${
      rejectReason({
        recordKey: 'i.key',
        officeName: 'i.office',
        officeKey: 'o.office_key',
        errors: 'i.errors',
      })
    } as reason,
      ${contentHash('i.r', 'o')} as hash, i.errors, i.warnings
    from (
      select e.ordinal, e.r, e.errors, e.warnings, e.r ->> 'ListingKey' as key, e.r ->> 'OriginatingSystemOfficeKey' as office,
        (e.r ->> 'ModificationTimestamp')::timestamptz as modified
      from (
        select e.ordinal, nullif(e.e -> 'r', 'null') as r, e.e -> 'e' as errors, e.e -> 'w' as warnings
        from (
          select n.ordinal, rows -> n.ordinal as e from generate_series(0, jsonb_array_length(rows) - 1) n (ordinal) offset 0
        ) e
        offset 0
      ) e
      offset 0
    ) i
    left join mls.market_offices o on o.name = i.office
    left join public.mls_tenants t on t.id = o.tenant_id
  ),
  locked as materialized (
    select l.id, l.origin_key, l.originating_office_key, l.claimed_at, l.is_externally_managed, l.origin_deleted, l.status
    from public.mls_listings l
    where l.origin_key = any (array(select k.record_key from keyed k))
    order by l.id
    for no key update
  ),
  matched as materialized (
    select k.ordinal, k.record_key, k.sent_ref, k.office_key, k.tenant_id, k.origin_system, k.time_field, k.currency_code, k.market, k.source_time,
      k.hash, k.errors, k.warnings, c.reason, l.id as listing_id, ${
      isReturned('l.id is null', 'k.record_key')
    } as is_returned, l.claimed_at, l.is_externally_managed, l.origin_deleted, l.status,
      row_number() over (partition by k.record_key, c.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
    from keyed k
    left join locked l on l.origin_key = k.record_key
    cross join lateral (
      select case when l.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
    ) c
  ),
  compared as materialized (
    select m.*, h.completed, case when h.completed is null then m.sent_ref else h.completed ->> 'ListingId' end as ref, o.payload as previous,
      case when h.completed is null then m.hash else ${contentHash('h.completed', 'm')} end as content_hash,
      o.content_hash as previous_hash, ${evidentTime('o.source_modified_at')} as previous_time, o.applied_at
    from matched m
    left join lateral ${
      recordsByKey(
        'o.payload, o.content_hash, o.source_modified_at, o.applied_at',
        'public.mls_listing_origins o',
        'o.listing_id = m.listing_id',
      )
    } o on true
    cross join lateral (
      -- a column that vanished upstream must not blank what is known; looked for only where something changed
      select case
        when o.content_hash is null or o.content_hash = m.hash then null
        when not i.r ?& ${
      nameList(fields.map((field) => field.name))
    }::text[] then (o.payload - '$raw') || i.r
      end as completed
      from (select rows -> m.ordinal -> 'r' as r) i
      offset 0
    ) h
  ),
  decided as materialized (
    select c.*, ${returnedOutcome('c.is_returned', 'm.outcome')} as outcome
    from compared c
    cross join lateral (
      select ${
      mergeOutcome({
        match: `c.listing_id is not null and c.reason is distinct from 'key_conflict'`,
        managed: 'c.is_externally_managed',
        claimed: 'c.claimed_at is not null',
        rejected: 'c.reason is not null',
        newest: 'c.age = 1',
        older: 'c.source_time < c.previous_time',
        same: 'c.content_hash = c.previous_hash and not c.origin_deleted',
      })
    } as outcome
      offset 0
    ) m
  ),
  plan as materialized (
    select d.ordinal, d.record_key, d.office_key, d.tenant_id, d.origin_system, d.currency_code, d.market, d.source_time,
      d.reason, d.outcome, d.completed, d.previous, d.content_hash, d.applied_at, d.status, d.errors, d.warnings,
      case d.outcome when 'insert' then gen_random_uuid() else d.listing_id end as listing_id,
      d.outcome in ('insert', 'refresh') and (
        exists (
          select from public.mls_listings l
          where l.tenant_id = d.tenant_id and l.ref = d.ref and not l.ref_collision
            and l.id is distinct from d.listing_id
        )
        or row_number() over (
          partition by d.tenant_id, d.ref, d.outcome in ('insert', 'refresh') order by d.ordinal
        ) > 1
      ) as ref_collision
    from decided d
  ),
  inserted as (
    insert into public.mls_listings (
${list(insertColumns.map(([column]) => column), 6)})
    select
${list(insertColumns.map(([, value]) => value), 6)}
    from ${read("(select * from plan q where q.outcome = 'insert' order by q.ordinal offset 0) p")}
  ),
  refreshed as (
    update public.mls_listings l set
${list(refreshColumns.map(([column, value]) => `${column} = ${value}`), 6)}
    from ${read('plan p')}
    where p.outcome = 'refresh' and l.id = p.listing_id
  ),
  tracked as (
    update public.mls_listings l set
      origin_sync_ts = now(),
      origin_deleted = false,
      origin_modified_ts = x."ModificationTimestamp",
      origin_etl_ts = x.etl_timestamp,
      origin_etl_batch_id = x.etl_batch_id,
      source_standard_status = x."StandardStatus",
      ${tracked('list_price', 'x."ListPrice"', ['ListPrice'])},
      ${
      tracked('lease_amount', 'coalesce(x."LeaseAmount", x."LeasePrice")', ['LeaseAmount'], {
        changed: rentChanged,
      })
    },
      ${tracked('lease_amount_frequency', 'x."LeaseAmountFrequency"', ['LeaseAmountFrequency'])},
      ${tracked('currency_code', sentCurrency, ['ListPriceCurrencyCode'])},
      ${tracked('latitude', 'x."Latitude"', ['Latitude', 'Longitude'], { echoed: place })},
      ${tracked('longitude', 'x."Longitude"', ['Latitude', 'Longitude'], { echoed: place })},
      extensions = case when ${changedAtSource(['LeaseAmount', 'LeasePrice'])}
        then l.extensions - 'LeasePrice' else l.extensions end,
      currency_assumed = l.currency_assumed and ${sentCurrency} is null,
      status = coalesce(${followed}, l.status)
    from ${read('plan p')}
    where p.outcome = 'track' and l.id = p.listing_id
  ),
  remembered as (
    insert into public.mls_listing_origins
      (listing_id, tenant_id, payload, content_hash, source_modified_at, applied_at, last_run_id, delivered_by)
    select p.listing_id, p.tenant_id, ${payload}, p.content_hash, p.source_time, now(), (context ->> 'run_id')::uuid, context ->> 'source'
    from plan p
    where p.outcome in ('insert', 'refresh', 'track') and p.listing_id is not null
    on conflict (listing_id) do update set
      payload = excluded.payload, content_hash = excluded.content_hash, applied_at = excluded.applied_at,
      source_modified_at = coalesce(excluded.source_modified_at, ${
      evidentTime('mls_listing_origins.source_modified_at')
    }),
      last_seen_at = now(), last_run_id = coalesce(excluded.last_run_id, mls_listing_origins.last_run_id),
      delivered_by = coalesce(excluded.delivered_by, mls_listing_origins.delivered_by)
  ),
  seen as (
    update public.mls_listing_origins o set
      last_seen_at = now(),
      source_modified_at = greatest(${evidentTime('o.source_modified_at')}, p.source_time),
      last_run_id = coalesce((context ->> 'run_id')::uuid, o.last_run_id),
      delivered_by = coalesce(context ->> 'source', o.delivered_by)
    from plan p
    where p.outcome = 'unchanged' and o.listing_id = p.listing_id
  )
  select coalesce(jsonb_agg(${
      mergeResult(
        'p.warnings',
        `case when p.reason = 'key_conflict' then mls.office_conflict('property', p.record_key, p.office_key) else p.errors end`,
        'p.ref_collision',
      )
    } order by p.ordinal), '[]'),
    jsonb_agg(jsonb_build_object('id', p.listing_id, 'before', p.previous -> 'StandardStatus', 'now', ${payload} -> 'StandardStatus')) filter (
      where p.outcome = 'track' and p.listing_id is not null and mls.needs_decision(p.status, p.previous ->> 'StandardStatus', ${payload} ->> 'StandardStatus')
        and not mls.is_echo(p.listing_id, 'StandardStatus', ${payload} ->> 'StandardStatus', p.applied_at))
  into results, undecided
  from plan p;
  perform mls.ask_for_decision((u ->> 'id')::uuid, u ->> 'before', u ->> 'now') from jsonb_array_elements(undecided) u;
  return results;
end $$;
comment on function mls.merge_listings(jsonb, jsonb) is
  'Merges gold listings [{r, e, w}] by the rules of docs/ingest.md. Answers one result per record, in input order. Internal: call mls.ingest_batch().';`,
  }
}
