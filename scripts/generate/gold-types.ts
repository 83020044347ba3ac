import { readerKind } from '../../functions/_shared/gold/readers/field.ts'
import { severityOf } from '../../functions/_shared/gold/severity.ts'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { decimalScale } from '../../functions/_shared/reso/sql-types.ts'
import { type GeneratedObject, list, literal } from './sql.ts'

/** mls.gold_types(): how every field of the dictionary is read and what hangs on it, for those who ingest by SQL. */
export function goldTypes(): GeneratedObject {
  const rows = resources.flatMap((resource) =>
    resource.fields.map((field) => {
      const { unreadable, missing } = severityOf(resource, field.name)
      const places = /\d+/.exec(field.type)?.[0]
      const scale = decimalScale(field.type)
      return `(${
        [
          literal(resource.ingestName),
          literal(field.name),
          literal(readerKind(resource, field)),
          scale === undefined ? 'null::integer' : Number(places) - scale,
          scale ?? 'null::integer',
          unreadable === 'reject',
          missing === 'reject',
          field.gold !== false,
        ].join(', ')
      })`
    })
  )
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.gold_types()',
    sql: `create or replace function mls.gold_types()
returns table (resource text, field text, reader text, places integer, scale integer, rejects boolean, required boolean, is_gold boolean)
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- plpgsql reads this list once per connection, sql would at each call
  return query values
${list(rows, 4)};
end $$;
comment on function mls.gold_types() is
  'How each field of a record is read (branch of mls.read_value(), for decimals the digits before and after the point); rejects: a value that cannot be read rejects the record; required: so does its absence; is_gold: gold delivers it.';`,
  }
}
