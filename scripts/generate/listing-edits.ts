import { property } from '../../functions/_shared/reso/resources/property.ts'
import { type GeneratedObject, identifier, list, literal } from './sql.ts'

/**
 * Text of the source that is served before the column it was parsed into: the typed columns of gold text fields, and
 * the rent under its old name. Once somebody edits the column, that text must go, or the edit would never be seen.
 */
const shadowed = [
  ...property.fields.filter((field) => field.columnType).map(({ column, name }) => ({
    column: column!,
    name,
  })),
  { column: 'lease_amount', name: 'LeasePrice' },
]

/** Fields that live in `extensions` alone and that brokers may edit there. */
const extra = property.fields.filter((field) =>
  !field.column && !field.view && ['source', 'enrichment'].includes(field.owner ?? 'source')
)

/** mls.shadowed_keys(before, after): keys of extensions that a changed column makes obsolete. */
function shadowedKeys(): GeneratedObject {
  const cases = shadowed.map(({ column, name }) =>
    `case when before.${identifier(column)} is distinct from after.${identifier(column)} then ${
      literal(name)
    } end`
  )
  return {
    kind: 'function',
    subject: 'workflow',
    signature: 'mls.shadowed_keys(public.mls_listings, public.mls_listings)',
    resource: property.ingestName,
    sql:
      `create or replace function mls.shadowed_keys(before public.mls_listings, after public.mls_listings) returns text[]
language sql immutable set search_path = ''
as $$
  select array_remove(array[
${list(cases, 4)}
  ], null)
$$;
comment on function mls.shadowed_keys(public.mls_listings, public.mls_listings) is
  'Keys of extensions that hold the source''s text of columns which differ between two states of a listing: an edit makes them obsolete.';`,
  }
}

/** mls.extra_fields(): which keys of extensions edit_extra_fields() takes. */
function extraFields(): GeneratedObject {
  return {
    kind: 'function',
    subject: 'workflow',
    signature: 'mls.extra_fields()',
    resource: property.ingestName,
    sql: `create or replace function mls.extra_fields() returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select ${literal(`{${extra.map((field) => field.name).join(',')}}`)}::text[]
$$;
comment on function mls.extra_fields() is 'Fields of a listing without a column of their own, which brokers edit by name.';`,
  }
}

/** What direct edits of listings need from the dictionary. */
export function listingEdits(): GeneratedObject[] {
  return [shadowedKeys(), extraFields()]
}
