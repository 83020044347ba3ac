import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'
import { ruled } from './listing-merge.ts'
import { type GeneratedObject, list, literal } from './sql.ts'

/** Whether the merge copies what gold sends for the field into a column, and does nothing else with it. */
function isHeld(resource: Resource, { gold, column, view, name }: Field): boolean {
  if (gold === false || !column || view) return false
  return name !== resource.key && column !== 'originating_office_key' &&
    !(resource === property && ruled.has(column))
}

/** mls.held_fields(): where the merge puts a field that has a column. */
export function heldFields(): GeneratedObject {
  const rows = resources.flatMap((resource) =>
    resource.fields.filter((field) => isHeld(resource, field)).map((field) =>
      `(${literal(resource.ingestName)}, ${literal(field.name)}, ${literal(field.column!)})`
    )
  )
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.held_fields()',
    sql:
      `create or replace function mls.held_fields() returns table (resource text, field text, column_name text)
language sql immutable parallel safe set search_path = ''
as $$
  values
${list(rows, 4)}
$$;
comment on function mls.held_fields() is
  'Fields of gold that are copied into a column of their own; the others are kept in extensions or follow rules.';`,
  }
}
