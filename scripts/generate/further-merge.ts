import { furtherFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import { type GeneratedObject, identifier, list, literal, recordsByKey } from './sql.ts'

const further = furtherFields(property)

/** mls.merge_further_fields(rows, results): fields that gold does not deliver, from sources that do. */
export function furtherMerge(): GeneratedObject {
  const names = literal(`{${further.map((field) => `"${field.name}"`).join(',')}}`)
  const columns = further.map((field) => identifier(field.column!))
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.merge_further_fields(jsonb,jsonb)',
    resource: property.ingestName,
    sql: `create or replace function mls.merge_further_fields(rows jsonb, results jsonb) returns void
language plpgsql volatile set search_path = '' set timezone = 'UTC' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  -- apart from the merge itself: its statement grows dear with every column, and gold names none of these
  if not exists (
    select from generate_series(0, jsonb_array_length(rows) - 1) n where rows -> n -> 'r' ?| ${names}::text[]
  ) then
    return;
  end if;
  update public.mls_listings l set
${list(columns.map((column) => `${column} = n.${column}`), 4)}
  from (
    select e.value ->> 'key' as record_key, rows -> (e.value ->> 'index')::integer -> 'r' as r
    from jsonb_array_elements(results) e
    where e.value ->> 'outcome' in ('insert', 'refresh')
    offset 0
  ) p
  cross join lateral ${recordsByKey('o.*', 'public.mls_listings o', 'o.origin_key = p.record_key')} o
  cross join lateral jsonb_to_record(p.r) as x (
${list(further.map((field) => `${identifier(field.name)} ${pgType(field.type)}`), 4)})
  cross join lateral (
    select
${
      list(
        further.map((field) => {
          const column = identifier(field.column!)
          return `case when p.r ? ${literal(field.name)} then x.${
            identifier(field.name)
          } else o.${column} end as ${column}`
        }),
        6,
      )
    }
    offset 0
  ) n
  where p.r ?| ${names}::text[] and l.id = o.id and o.claimed_at is null
    and (${columns.map((column) => `o.${column}`).join(', ')})
      is distinct from (${columns.map((column) => `n.${column}`).join(', ')});
end $$;
comment on function mls.merge_further_fields(jsonb, jsonb) is
  'Fields of Property that gold does not deliver (ClosePrice, TaxYear, ListAgentEmail, ...), taken from the records that were inserted or refreshed and name them. After a claim they are the broker''s.';`,
  }
}
