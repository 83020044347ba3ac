import { resourceByName, resources } from '../../functions/_shared/reso/dictionary.ts'
import type { Reference, Resource } from '../../functions/_shared/reso/types.ts'
import { type GeneratedObject, identifier, list, literal } from './sql.ts'

const columnOf = (resource: Resource, name: string) =>
  resource.fields.find((field) => field.name === name)?.column

/** [field, value, whether it leads nowhere] of a key of row t; none for what always leads somewhere. */
function keyOf(resource: Resource, { from, target, to }: Reference): string[] {
  const column = columnOf(resource, from)
  if (!column || column === 'originating_office_key') return []
  const value = `t.${identifier(column)}`
  const there = resourceByName(target)!
  const isLost = from === resource.listing?.field
    ? 't.listing_id is null'
    : `not exists (select from public.${there.table} x where x.${
      identifier(columnOf(there, to)!)
    } = ${value})`
  return [`(${literal(from)}, ${value}, ${isLost})`]
}

function keysOf(resource: Resource): string[] {
  const keys = [...(resource.links ?? []), ...(resource.references ?? [])].flatMap((link) =>
    keyOf(resource, link)
  )
  return keys.length === 0 ? [] : [
    `    select t.originating_office_key as office_key, ${
      literal(resource.ingestName)
    } as resource, k.field, k.value as missing_key, t.created_at as since
    from public.${resource.table} t
    cross join lateral (
      values
${list(keys, 8)}
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost`,
  ]
}

/** mls.dangling_keys(office_keys): the links of the dictionary whose other end has not arrived. */
export function danglingKeys(): GeneratedObject {
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.dangling_keys(text[])',
    sql: `create or replace function mls.dangling_keys(office_keys text[])
returns table (office_key text, resource text, field text, missing_key text, records bigint, since timestamptz)
language sql stable security definer set search_path = ''
as $$
  select d.office_key, d.resource, d.field, d.missing_key, count(*), min(d.since)
  from (
${resources.flatMap(keysOf).join('\n    union all\n')}
  ) d
  where d.office_key = any (office_keys)
  group by d.office_key, d.resource, d.field, d.missing_key
$$;
comment on function mls.dangling_keys(text[]) is
  'References whose target has not arrived, per office, field and key. They are kept as received and hold again as soon as the target arrives.';
grant execute on function mls.dangling_keys(text[]) to service_role;`,
  }
}
