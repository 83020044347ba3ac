import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { lookupValues } from '../../functions/_shared/reso/lookup-values.ts'
import { isStandardised } from '../../functions/_shared/reso/standard.ts'
import { type GeneratedObject, list, literal } from './sql.ts'

/** mls.standard_lookups(): the standard values of the lookups that profile dd2 standardises. */
export function standardLookups(): GeneratedObject {
  const lookups = new Set(
    resources.flatMap(({ fields }) => fields.filter(isStandardised).map(({ dd }) => dd!.lookup!)),
  )
  const rows = [...lookups].sort().map((lookup) =>
    `(${literal(lookup)}, ${literal(JSON.stringify(lookupValues[lookup] ?? []))})`
  )
  return {
    kind: 'function',
    subject: 'serving',
    signature: 'mls.standard_lookups()',
    then: 'select mls.adopt_standard_lookups();',
    sql: `create or replace function mls.standard_lookups() returns table (lookup_name text, entries jsonb)
language sql immutable parallel safe set search_path = ''
as $$
  values
${list(rows.map((row) => row.replace(/\)$/, '::jsonb)')), 4)}
$$;
comment on function mls.standard_lookups() is
  'Values of RESO Data Dictionary 2.0, lookup by lookup: a list of texts, with the name in older OData enumerations behind | where it is another.';`,
  }
}
