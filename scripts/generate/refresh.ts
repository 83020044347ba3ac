import {
  openFields,
  sensitiveFields,
  servedName,
  standardColumn,
  storedName,
  viewName,
} from '../../functions/_shared/reso/names.ts'
import { decimalScale } from '../../functions/_shared/reso/sql-types.ts'
import { cutLength, isStandardised, variesByProfile } from '../../functions/_shared/reso/standard.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'
import { GenerateError } from './generate-error.ts'
import { isStamp } from './served-tables.ts'
import { type GeneratedObject, grouped, identifier, list, literal, recordsByKey } from './sql.ts'

/** Columns that the refresh fills beside those of fields. */
const technicalColumns = [
  'record_id',
  'tenant_id',
  'seq',
  'office_key',
  'is_published',
  'is_deleted',
  'stamp',
  'doc',
  'doc_gold',
  'doc_dd2',
]

/** A field as it is stored: decimals in their smallest unit. */
function stored(field: Field): string {
  const column = `n.${identifier(field.name)}`
  const scale = decimalScale(field.type)
  return scale === undefined ? column : `(${column} * ${10 ** scale})::bigint`
}

/** A value that JSON writes without escaping, as text. */
function plainJson(field: Field): string {
  const column = `v.${identifier(field.name)}`
  switch (field.type) {
    case 'DATE':
      return `'"' || ${column} || '"'`
    case 'TIMESTAMP':
      return `'"' || to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'`
    default:
      return `${column}::text`
  }
}

/**
 * Text fields as members of a JSON object without its braces. An empty name stands first and last, and goes together
 * with the brace beside it: a search finds these two places only, because a quote within a value is escaped. substr()
 * of a UTF-8 text counts its characters and takes as long as all the rest.
 */
function textMembers(fields: readonly Field[], valueOf: (field: Field) => string): string {
  const names = literal(
    `{${['', ...fields.map((field) => field.name), ''].map((name) => `"${name}"`).join(',')}}`,
  )
  const values = ['null', ...fields.map(valueOf), 'null'].join(', ')
  return `replace(replace(json_object(${names}, array[${values}])::text, '{"" : null, ', ''), ', "" : null}', '')`
}

/**
 * The members of a JSON object without its braces, so that documents can be put together from parts. Texts go through
 * json_object(), which only escapes; row_to_json() looks up the type of every field of every row and takes three times
 * as long (232 us a full row against 70).
 */
function members(
  fields: readonly Field[],
  valueOf = ({ name }: Field) => `v.${identifier(name)}`,
): string {
  const texts = fields.filter((field) => field.type === 'STRING')
  const others = fields.filter((field) => field.type !== 'STRING').map((field, n) => {
    const name = `${n > 0 || texts.length > 0 ? ', ' : ''}"${field.name}" : `
    return `coalesce(${literal(name)} || ${plainJson(field)}, ${literal(`${name}null`)})`
  })
  // the short parts are joined first, few at a time: each || copies what it joins
  const parts = grouped(others, 8).map((group) => `(${group.join(' || ')})`)
  if (texts.length === 0) return parts.length === 0 ? `''` : `(${indented(parts)})`
  return parts.length === 0
    ? textMembers(texts, valueOf)
    : `(${indented([textMembers(texts, valueOf), `(${parts[0]}`, ...parts.slice(1)])}))`
}

const indented = (parts: string[]) => parts.join(`\n${' '.repeat(8)}|| `)

/** A text as dd2 has it. */
function standardText(field: Field): string {
  return `v.${identifier(isStandardised(field) ? standardColumn(field) : field.name)}`
}

/**
 * The three texts that mls.part_long_texts() makes of the common members of a row where one of them is longer than dd2
 * declares it, null elsewhere. Bytes are counted first: they are known without reading the text.
 */
function longParts(cut: readonly Field[]): string {
  if (cut.length === 0) return 'null::text[]'
  const value = ({ name }: Field) => `v.${identifier(name)}`
  const isLong = cut.map((field) =>
    `octet_length(${value(field)}) > ${cutLength(field)} and length(${value(field)}) > ${cutLength(field)}`
  )
  return `case when
${isLong.map((one, n) => `          ${n > 0 ? 'or ' : ''}${one}`).join('\n')}
          then mls.part_long_texts(v.common, '{${cut.map(({ name }) => name).join(',')}}', array[${
    cut.map(value).join(', ')
  }], '{${cut.map(cutLength).join(',')}}') end`
}

/** Where a record is, as GeoJSON; null where that is not known. */
const pointMember = `'"Location" : ' || (case when v."Latitude" is not null and v."Longitude" is not null
          then '{"type":"Point","coordinates":[' || v."Longitude" || ',' || v."Latitude" || ']}' else 'null' end)`

/** The members that dd2 has otherwise than gold. */
function standardMembers(fields: readonly Field[]): string {
  const texts = fields.filter((field) => !field.dd?.multi)
  const parts = [
    ...(texts.length > 0 ? [members(texts, standardText)] : []),
    ...(fields.length > texts.length ? [arrayMembers(fields.filter((field) => field.dd?.multi))] : []),
  ]
  return parts.length === 0 ? `''` : parts.join(`\n        || ', ' || `)
}

/** Lists whose members are not simply what stands between their commas: JSON, or with gaps and blanks around members. */
const unevenLists = ['[%', '%,,%', '% ,%', '%, %', ',%', '%,', ' %', '% ']

/**
 * The JSON array of a multi-valued text. Most have one member, none, or are an even list: no function is called for
 * them. An even list is escaped as one text, for a comma is written as it is.
 */
export function arrayJson(value: string): string {
  return `case when ${value} is null then '[]'
          when ${value} not like '%,%' and ${value} not like '[%'
          then coalesce('[' || to_json(nullif(btrim(${value}), ''))::text || ']', '[]')
          when ${
    unevenLists.map((pattern) => `${value} like ${literal(pattern)}`).join(' or ')
  } then to_json(mls.multi_values(${value}))::text
          else '[' || replace(to_json(${value})::text, ',', '","') || ']' end`
}

/** The same for multi-valued fields as arrays. */
function arrayMembers(fields: readonly Field[]): string {
  const members = fields.map((field) => `'"${field.name}" : ' || ${arrayJson(standardText(field))}`)
  return `concat_ws(', ',\n${list(members, 8)})`
}

/** The key of a value in the answer of mls.standard_map(). */
const standardKey = ({ dd }: Field, value: string) =>
  `${literal(`${dd!.multi ? '*' : ''}${dd!.lookup!}:`)} || coalesce(w.office_key, '') || ':' || ${value}`

/**
 * The records as the view says, and the standard values of their lookups: each value that occurs is looked up once for
 * all records, which are a thousand and say the same few things.
 */
function viewedRows(resource: Resource, standardised: readonly Field[]): string {
  const viewed = `viewed as materialized (
    select w.* from public.${viewName(resource)} w where w.record_id = any (ids)
  ),`
  if (standardised.length === 0) return viewed
  const given = standardised.map((field) => {
    const value = `w.${identifier(field.name)}`
    return `array_agg(distinct ${value} collate "C") filter (where ${value} <> '') as ${
      identifier(field.name)
    }`
  })
  const lists = standardised.map((field) =>
    `(${literal(field.dd!.lookup!)}, ${field.dd!.multi === true}, g.${identifier(field.name)})`
  )
  // each field apart: to sort a column of short texts takes a fifth of the time that one hash table of all takes
  return `${viewed}
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
${list(given, 8)}
      from viewed w
      group by 1
    ) g
    cross join lateral (values
${list(lists, 6)}
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),`
}

/** Those rows with the standard values beside the values as they came. */
function shownRows(standardised: readonly Field[]): string {
  if (standardised.length === 0) return 'viewed'
  const standard = standardised.map((field) => {
    const value = `w.${identifier(field.name)}`
    return `coalesce(m.standard ->> (${standardKey(field, value)}), ${value}) as ${
      identifier(standardColumn(field))
    }`
  })
  return `(
        select w.*,
${list(standard, 10)}
        from viewed w cross join standards m
        offset 0
      )`
}

/**
 * mls.refresh_<resource>(ids): brings the served rows of these records to what the view says now. Only rows in which a
 * consumer could see a difference are written, each with the next stamp and one entity event; records that the view no
 * longer shows become tombstones. The caller holds the lock of mls.lock_stamps().
 *
 * The rendered JSON is kept in parts: `doc` is the same for every client, `doc_gold` and `doc_dd2` hold what the profiles
 * have otherwise: multi-valued fields as text and as arrays, lookups as they came and by their standard values, and the
 * few texts that are longer than declared, whole and cut. A thousand full rows are read in 9 ms this way.
 *
 * What changes by itself (`changing` of the resource: prices, dates, counts) stands in both of the latter. `doc`, by far
 * the longest, then stays where it lies outside of the row: it is written only where it is another.
 */
export function refreshFunction(resource: Resource): GeneratedObject {
  const served = `public.${servedName(resource)}`
  const name = `mls.refresh_${storedName(resource)}`
  const open = openFields(resource).filter((field) => !isStamp(field))
  const sensitive = sensitiveFields(resource)
  const isChanging = ({ name }: Field) => resource.changing?.includes(name) === true
  const common = open.filter((field) => !variesByProfile(field) && !isChanging(field))
  const changing = open.filter((field) => !variesByProfile(field) && isChanging(field))
  const varying = open.filter(variesByProfile)
  const tooLong = changing.find((field) => cutLength(field) !== undefined)
  if (tooLong) {
    throw new GenerateError(`${tooLong.name}: a text that dd2 cuts cannot be among the changing ones`)
  }
  const standardised = open.filter(isStandardised)
  const hasPoint = ['Latitude', 'Longitude'].every((name) => open.some((field) => field.name === name))
  const key = identifier(resource.key)
  const columns = [
    ...technicalColumns.map((column) => column),
    ...open.map((field) => identifier(field.name)),
    ...standardised.map((field) => identifier(standardColumn(field))),
    '"ModificationTimestamp"',
  ]
  const values = [
    ...['n.record_id', 'n.tenant_id', 'n.seq', 'n.office_key', 'n.is_published', 'false'],
    ...['b.first + n.ordinal - 1', 'n.doc', 'n.doc_gold', 'n.doc_dd2'],
    ...open.map(stored),
    ...standardised.map((field) => `n.${identifier(standardColumn(field))}`),
    `b.first_time + (n.ordinal - 1) * interval '1 microsecond'`,
  ]
  const rewritten = columns.flatMap((column, n) =>
    column === 'record_id' || column === 'seq'
      ? []
      : [`${column} = ${column === 'doc' ? 'case when n.has_doc then held.doc else n.doc end' : values[n]}`]
  )
  const sensitiveDifference = sensitive.length === 0 ? '' : `
      or x.doc is distinct from d.doc_sensitive`
  const sensitiveJoin = sensitive.length === 0 ? '' : `
    left join lateral ${
    recordsByKey('x.doc', `${served}_sensitive x`, 'x.record_id = d.record_id')
  } x on true`
  const sensitiveRendering = sensitive.length === 0 ? '' : `,
      ${members(sensitive)} as doc_sensitive`
  const changingRendering = changing.length === 0 ? '' : `,
            ${members(changing)} as changing`
  const withParts = (profile: string, part: number) =>
    `concat_ws(', ', nullif(v.${profile}, ''), ${
      changing.length === 0 ? '' : 'v.changing, '
    }v.parts[${part}])`
  const sensitiveColumns = [
    'record_id',
    'office_key',
    'is_published',
    'doc',
    ...sensitive.map((field) => identifier(field.name)),
  ]
  const sensitiveWrite = sensitive.length === 0 ? '' : `,
  written_sensitive as (
    insert into ${served}_sensitive (${sensitiveColumns.join(', ')})
    select n.record_id, n.office_key, n.is_published, n.doc_sensitive, ${sensitive.map(stored).join(', ')}
    from changed n
    on conflict (record_id) do update set
${list(sensitiveColumns.slice(1).map((column) => `${column} = excluded.${column}`), 6)}
  ),
  removed_sensitive as (
    delete from ${served}_sensitive x using gone g where x.record_id = g.record_id
  )`
  return {
    kind: 'function',
    subject: 'serving',
    signature: `${name}(uuid[])`,
    resource: resource.ingestName,
    sql: `create or replace function ${name}(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral ${recordsByKey('t.seq', `public.${resource.table} t`, 't.id = u.id')} t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with ${viewedRows(resource, standardised)}
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2)${sensitiveDifference} as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        ${withParts('gold', 2)} as doc_gold, ${withParts('dd2', 3)} as doc_dd2
      from (
        select v.*, ${longParts(common.filter((field) => cutLength(field) !== undefined))} as parts
        from (
          select v.*,
            ${members(common)}${hasPoint ? ` || ', ' || ${pointMember}` : ''} as common,
            ${members(varying)} as gold,
            ${standardMembers(varying)} as dd2${changingRendering}${sensitiveRendering}
          from ${shownRows(standardised)} v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral ${
      recordsByKey(
        's.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2',
        `${served} s`,
        's.record_id = d.record_id',
      )
    } s on true${sensitiveJoin}
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral ${
      recordsByKey(
        `s.record_id, s.${key} as record_key, s.office_key, s.is_published, s.seq, s.is_deleted`,
        `${served} s`,
        's.record_id = u.id',
      )
    } s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into ${served} (${columns.join(', ')})
    select ${values.join(', ')}
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update ${served} held set
${list(rewritten, 6)}
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update ${served} s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )${sensitiveWrite}
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, '${resource.name}', n.${key}, n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, '${resource.name}', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function ${name}(uuid[]) is
  'Brings the served rows of these ${resource.name} records to what ${
      viewName(resource)
    } says now. Call it under mls.lock_stamps().';`,
  }
}
