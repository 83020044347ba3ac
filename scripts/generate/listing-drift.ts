import { furtherFields, goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { columnValue } from './property-view.ts'
import { fromJson, type GeneratedObject, list, literal } from './sql.ts'

/** Fields about the delivery, not about the listing: they differ by nature. */
const technical = new Set([
  'ListingKey',
  'ModificationTimestamp',
  'OriginatingSystemOfficeKey',
  'X_QobrixModified',
  'X_DataSource',
  'etl_timestamp',
  'etl_batch_id',
])

/** Fields that gold does not deliver: a source that does not name one says nothing of it. */
const further = new Set(furtherFields(property))

const compared = [...goldFields(property), ...further].filter((field) => !technical.has(field.name))

const owner = (field: Field) => field.owner ?? 'source'

/** Our value as text. A draft has no status in RESO's terms, so it cannot differ from the source's. */
function ours(field: Field): string {
  if (field.name === 'StandardStatus') {
    return `case when l.status in ('INGESTED', 'PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') then ${
      columnValue(field)
    } else ${fromJson('p.e', field)} end`
  }
  if (field.name === 'OriginalEntryTimestamp') return 'l.origin_created_ts'
  return columnValue(field)
}

/** The source's last word as text; the two names of the rent are one fact. */
function theirs(field: Field): string {
  const value = fromJson('p.e', field)
  if (further.has(field)) {
    return `case when p.e ? ${literal(field.name)} then ${value} else ${ours(field)} end`
  }
  const other = { LeaseAmount: 'LeasePrice', LeasePrice: 'LeaseAmount' }[field.name]
  return other ? `coalesce(${value}, ${fromJson('p.e', { ...field, name: other })})` : value
}

const column = (field: Field) => field.name === 'StandardStatus' ? 'status' : field.column ?? 'extensions'

/** mls_listing_drift: every field in which a listing and the last word of its source differ. */
export function driftView(): GeneratedObject {
  const rows = compared.map((field) =>
    `(${literal(field.name)}, ${literal(column(field))}, (${ours(field)})::text, (${theirs(field)})::text, ${
      literal(owner(field))
    })`
  )
  return {
    kind: 'view',
    subject: 'workflow',
    signature: 'public.mls_listing_drift',
    resource: property.ingestName,
    sql: `create or replace view public.mls_listing_drift with (security_invoker = true) as
select l.id as listing_id, d.field, d.ours, d.theirs, coalesce(mls.field_written_at(l.id, d.column_name), o.applied_at) as since, d.owner
from public.mls_listings l
join public.mls_listing_origins o on o.listing_id = l.id
cross join lateral (select l.extensions || '{}'::jsonb as e offset 0) x
cross join lateral (select o.payload || '{}'::jsonb as e offset 0) p
cross join lateral (
  values
${list(rows, 4)}
) d (field, column_name, ours, theirs, owner)
where d.ours is distinct from d.theirs
  and (l.locked_fields -> d.field is null or l.locked_fields -> d.field ->> 'source_value' is distinct from d.theirs);
comment on view public.mls_listing_drift is
  'Fields in which a listing differs from the last word of its source: our value, theirs, since when, and who may change it after a claim. What a broker declined (resolve_drift, keep_ours) returns when the source says something else.';
grant select on public.mls_listing_drift to authenticated, service_role;`,
  }
}

/** mls.listing_fields(): columns of mls_listings by RESO name, with their owner. */
export function listingFields(): GeneratedObject {
  const rows = property.fields.filter((field) => field.column).map((field) =>
    `(${literal(field.name)}, ${literal(field.column!)}, ${literal(owner(field))})`
  )
  return {
    kind: 'function',
    subject: 'listings',
    signature: 'mls.listing_fields()',
    resource: property.ingestName,
    sql: `create or replace function mls.listing_fields()
returns table (field text, column_name text, owner text)
language sql immutable parallel safe set search_path = ''
as $$
  values
${list(rows, 4)}
$$;
comment on function mls.listing_fields() is
  'RESO fields of Property that have a column of their own, and who may change them after a claim: source, tracked, enrichment or system.';
grant execute on function mls.listing_fields() to authenticated, service_role;`,
  }
}
