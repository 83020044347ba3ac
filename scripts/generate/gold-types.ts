import { readerKind } from '../../functions/_shared/gold/readers/field.ts'
import { severityOf } from '../../functions/_shared/gold/severity.ts'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { decimalScale } from '../../functions/_shared/reso/sql-types.ts'
import { type GeneratedObject, list, literal } from './sql.ts'

/** mls.gold_types(): how every field of the dictionary is read and what hangs on it, for those who ingest by SQL. */
export function goldTypes(): GeneratedObject {
  const ofResource = resources.map((resource) => {
    const rows = resource.fields.map((field) => {
      const { unreadable, missing } = severityOf(resource, field.name)
      const places = /\d+/.exec(field.type)?.[0]
      const scale = decimalScale(field.type)
      return `(${
        [
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
    return `    when ${literal(resource.ingestName)} then return query values\n${list(rows, 6)};`
  })
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.gold_types(text)',
    sql: `create or replace function mls.gold_types(resource text)
returns table (field text, reader text, places integer, scale integer, rejects boolean, required boolean, is_gold boolean)
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- plpgsql reads this list once per connection, sql would at each call
  case resource
${ofResource.join('\n')}
    else null;
  end case;
end $$;
comment on function mls.gold_types(text) is
  'How each field of a record of this resource is read (branch of mls.read_value(), for decimals the digits before and after the point); rejects: a value that cannot be read rejects the record; required: so does its absence; is_gold: gold delivers it.';`,
  }
}

/** mls.required_fields(): without which a record is rejected. Asked for each record, so it reads no list of all fields. */
export function requiredFields(): GeneratedObject {
  const ofResource = resources.map((resource) => {
    const names = resource.fields.filter(({ name }) => severityOf(resource, name).missing === 'reject')
      .map(({ name }) => name)
    return `    when ${literal(resource.ingestName)} then ${literal(`{${names.join(',')}}`)}`
  })
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.required_fields(text)',
    sql: `create or replace function mls.required_fields(resource text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case resource
${ofResource.join('\n')}
  end::text[];
end $$;
comment on function mls.required_fields(text) is 'Fields of a resource that every record needs: it is rejected without one of them.';`,
  }
}
