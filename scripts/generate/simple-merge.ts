import { goldFields, resources } from '../../functions/_shared/reso/dictionary.ts'
import { contacts } from '../../functions/_shared/reso/resources/contacts.ts'
import { media } from '../../functions/_shared/reso/resources/media.ts'
import { office } from '../../functions/_shared/reso/resources/office.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Resource } from '../../functions/_shared/reso/types.ts'
import { mergeOutcome } from './outcomes.ts'
import {
  evidentTime,
  type GeneratedObject,
  identifier,
  keptHere,
  list,
  literal,
  recordsByKey,
  statesTime,
} from './sql.ts'

/** A resource without workflow: its source always wins. What is special about some: */
interface Special {
  /** Column that marks rows which the hub itself configures; batches skip them. */
  configured?: string
  /** Columns beyond the fields: [column, value]. */
  more?: [string, string][]
  /** Persons: erased ones stay out, and one entered here is recognised by e-mail and name when its record arrives. */
  persons?: true
}

const specials = new Map<Resource, Special>([
  [office, { configured: 'is_market' }],
  [contacts, { more: [['origin_system', 'p.origin_system'], ['origin_sync_ts', 'now()']], persons: true }],
])

/** Resources with a merge of their own. */
const merged = new Set<Resource>([property, media])

/** The listing that a record belongs to, once it is known. */
function listingOf({ listing }: Resource): [string, string][] {
  if (!listing) return []
  const known = recordsByKey(
    'l.id, l.tenant_id',
    'public.mls_listings l',
    `l.origin_key = x.${identifier(listing.field)}`,
  )
  return [['listing_id', `(select l.id from ${known} l where l.tenant_id = p.tenant_id)`]]
}

const notContent = ['etl_timestamp', 'etl_batch_id']

function simpleMerge(resource: Resource): GeneratedObject {
  const { more = listingOf(resource), persons, configured } = specials.get(resource) ?? {}
  const keyColumn = resource.fields.find(({ name }) => name === resource.key)!.column!
  const fields = goldFields(resource)
  const held = fields.filter((field) => field.column)
  const copied = held.filter((field) =>
    ![keyColumn, 'originating_office_key', 'origin_modified_ts'].includes(field.column!)
  )
  const record = `jsonb_to_record(p.payload) as x (
${list(fields.map((field) => `${identifier(field.name)} ${pgType(field.type)}`), 6)})`
  const unheld = `p.payload - ${literal(`{${held.map((field) => `"${field.name}"`).join(',')}}`)}::text[]`
  const columns: [string, string][] = [
    ['originating_office_key', 'p.office_key'],
    ['origin_hash', 'p.content_hash'],
    ['origin_modified_ts', 'p.source_time'],
    ['origin_deleted', 'false'],
    ['delivered_by', `context ->> 'source'`],
    ...more,
    ...copied.map((field): [string, string] => [identifier(field.column!), `x.${identifier(field.name)}`]),
    ['extensions', `jsonb_strip_nulls(${unheld})`],
  ]
  const refreshed = columns.map(([column, value]) => {
    const field = copied.find((candidate) => identifier(candidate.column!) === column)
    // what was entered here stays where the record that is recognised for the first time says nothing
    const recognised = persons && field
      ? `case when t.origin_hash is null then coalesce(${value}, t.${column}) else ${value} end`
      : value
    // a field that vanished upstream must not blank what is known
    if (field) {
      return `${column} = case when p.is_complete or p.payload ? ${
        literal(field.name)
      } then ${recognised} else t.${column} end`
    }
    if (column === 'extensions') {
      // and null, said of it, clears it
      return `extensions = case when p.is_complete then ${value}${
        keptHere(resource, 't')
      } else jsonb_strip_nulls(t.extensions || (${unheld})) end`
    }
    // outside of a run nobody takes it from the source whose it is
    // a record without a time does not move the one that is known
    if (column === 'origin_modified_ts') return `origin_modified_ts = coalesce(${value}, p.previous_time)`
    if (column === 'delivered_by') return `delivered_by = coalesce(${value}, t.delivered_by)`
    return `${column} = ${value}`
  })
  const erased = persons ? `, mls.is_erased(i.r ->> '${resource.key}')` : ''
  const adopted = !persons ? '' : `
      left join lateral (
        select a.id from ${
    recordsByKey('a.*', `public.${resource.table} a`, `lower(a.email) = lower(i.r ->> 'ContactEmail')`)
  } a
        where t.id is null and a.tenant_id = k.tenant_id and a.${keyColumn} is null
          and lower(a.full_name) = lower(coalesce(nullif(btrim(concat_ws(' ', i.r ->> 'ContactFirstName', i.r ->> 'ContactLastName')), ''), i.r ->> 'ContactCompanyName'))
        order by a.seq limit 1
      ) a on true`
  const id = persons ? 'coalesce(t.id, a.id)' : 't.id'
  const name = `mls.merge_${resource.ingestName}`
  // where the dictionary does not say it, the origin system does
  const timeField = fields.some((field) => field.name === 'ModificationTimestamp')
    ? `'ModificationTimestamp'`
    : 'o.time_field'
  return {
    kind: 'function',
    subject: 'ingest',
    signature: `${name}(jsonb,jsonb)`,
    resource: resource.ingestName,
    sql: `create or replace function ${name}(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> '${resource.key}', '') as record_key, o.office_key, o.tenant_id, o.origin_system, ${timeField} as time_field,
      case when ${statesTime(`i.r ->> ${timeField}`)} then ${
      evidentTime(`(i.r ->> ${timeField})::timestamptz`)
    } end as source_time,
      mls.reject_reason(i.r ->> '${resource.key}', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context${erased}) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.${keyColumn} as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key${
      configured ? `, t.${configured}` : ''
    }
    from public.${resource.table} t
    where t.${keyColumn} = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, ${
      mergeOutcome({
        match: `c.id is not null and c.reason is distinct from 'key_conflict'`,
        managed: configured ? `c.${configured} is not true` : 'true',
        claimed: 'false',
        rejected: 'c.reason is not null',
        newest: 'c.age = 1',
        older: 'c.source_time < c.previous_time',
        same: 'c.content_hash = c.previous_hash and not c.origin_deleted',
      })
    } as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, ${id} as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, ${
      evidentTime('t.origin_modified_ts')
    } as previous_time, i.r as payload,
        i.r ?& ${literal(`{${fields.map((field) => `"${field.name}"`).join(',')}}`)}::text[] as is_complete,${
      configured ? ` t.${configured},` : ''
    }
        md5((i.r - (${literal(`{${notContent.join(',')}}`)}::text[] || k.time_field))::text) as content_hash,
        row_number() over (partition by k.record_key, r.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
      from keyed k
      join incoming i on i.ordinal = k.ordinal
      left join locked t on t.record_key = k.record_key${adopted}
      cross join lateral (
        select case when t.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
      ) r
    ) c
  ),
  inserted as (
    insert into public.${resource.table} (tenant_id, ${keyColumn}, ${
      columns.map(([column]) => column).join(', ')
    })
    select p.tenant_id, p.record_key,
${list(columns.map(([, value]) => value), 6)}
    from decided p cross join lateral ${record}
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.${resource.table} t set
      ${keyColumn} = p.record_key,
${list(refreshed, 6)}
    from decided p cross join lateral ${record}
    where p.outcome = 'refresh' and t.id = p.id
  ),
  taken as (
    update public.${resource.table} t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('${resource.ingestName}', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function ${name}(jsonb, jsonb) is
  'Merges gold ${resource.name} records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';`,
  }
}

/** mls.merge_member, mls.merge_office, ...: of every resource whose merge needs no rules of its own. */
export function simpleMerges(): GeneratedObject[] {
  return resources.filter((resource) => !merged.has(resource)).map(simpleMerge)
}
