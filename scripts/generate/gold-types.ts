import { goldFields, resources } from '../../functions/_shared/reso/dictionary.ts'
import { type GeneratedObject, list, literal } from './sql.ts'

/** Fields whose unreadable value makes a record unusable: key, office, status, price. */
const rejecting = new Set([
  'OriginatingSystemOfficeKey',
  'StandardStatus',
  'ListPrice',
  'LeaseAmount',
  'LeasePrice',
  'ResourceRecordKey',
])

/** mls.gold_types(): the dictionary's gold types, for those who ingest by SQL. */
export function goldTypes(): GeneratedObject {
  const rows = resources.flatMap((resource) =>
    goldFields(resource).map((field) =>
      `(${literal(resource.ingestName)}, ${literal(field.name)}, ${literal(field.type)}, ${
        field.name === resource.key || rejecting.has(field.name)
      })`
    )
  )
  return {
    kind: 'function',
    signature: 'mls.gold_types()',
    sql: `create or replace function mls.gold_types()
returns table (resource text, field text, type text, rejects boolean)
language sql immutable parallel safe set search_path = ''
as $$
  values
${list(rows, 4)}
$$;
comment on function mls.gold_types() is
  'Type of every field that gold delivers; rejects: an unreadable value rejects the record instead of becoming null.';`,
  }
}
