import { property } from '../../functions/_shared/reso/resources/property.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { GenerateError } from './generate-error.ts'
import { fromJson, type GeneratedObject, identifier, list } from './sql.ts'

/** Whether the listing has left the hub: its own columns may be shown. */
export const isPublished =
  `(l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)`

/**
 * Whether the columns of a listing are what the world sees. Unclaimed listings follow their source; claimed ones and
 * those created in the hub are shown from their first publication on, never as drafts.
 */
export const showsColumns = `case
      when l.claimed_at is null and l.origin_system in (select y.code from mls.origin_systems y where y.is_external) then not l.origin_deleted
      else ${isPublished}
    end`

/** Whether the world still sees the last values of the source: a broker has claimed the listing and not published it. */
export const showsSource = `l.claimed_at is not null and not ${isPublished}`

/** Whether the tenant lets the API show the listing at all. */
export const tenantAllows = `(t.api_visibility = 'all' or ${isPublished})`

/** Whether the listing was created in the hub: no source fills its fields. */
const isManual = `coalesce(l.origin_system, 'MANUAL') = 'MANUAL'`

const dataSource = `case when ${isManual} then 'matrix' end`

const standardStatus = `case l.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending'
      when 'SOLD' then 'Closed' when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status
      else 'Incomplete' end`

const previousPrice = (document: string) =>
  fromJson(document, property.fields.find(({ name }) => name === 'X_PreviousListPrice')!)

const originName =
  `(select y.name from mls.origin_systems y where y.code = coalesce(l.origin_system, 'MANUAL'))`

const agentName = (key: string) =>
  `(select m.full_name from public.mls_members m where m.origin_member_key = ${key} and not m.origin_deleted order by m.id limit 1)`

const officeName = (key: string) => `(select y.name from public.mls_offices y where y.office_key = ${key})`

/** What tells where a listing is to the house. Null wherever the owner wants no address shown. */
const addressFields = new Set([
  'UnparsedAddress',
  'PostalCode',
  'Latitude',
  'Longitude',
  'UnitNumber',
  'X_UnitNumber',
  'X_CadastralReference',
])

/** Rules behind `view` in the dictionary: the value derived from our columns. */
const derived: Record<string, string> = {
  listing_key: `coalesce(l.origin_key, 'MANUAL_' || l.id)`,
  standard_status: standardStatus,
  mls_status: `coalesce(l.status_description, ${standardStatus})`,
  modification_timestamp: 'coalesce(s."ModificationTimestamp", l.modified_ts)',
  original_entry_timestamp: `coalesce(l.origin_created_ts, case when ${isManual} then l.created_at end)`,
  origin_modified_ts: 'l.origin_modified_ts',
  lease_amount: 'l.lease_amount',
  data_source: dataSource,
  on_market_date: `(l.published_at at time zone 'utc')::date`,
  interior_features: 'l.interior_features',
  exterior_features: 'l.exterior_features',
  community_features: 'l.community_features',
  lot_features: 'l.lot_features',
  security_features: 'l.security_features',
  appliances: 'l.appliances',
  unit_number: 'l.unit_number',
  previous_list_price: `coalesce(l.previous_list_price, ${previousPrice('x.e')})`,
  virtual_tour_link: 'l.virtual_tour_link',
  listing_url: 'l.listing_url',
  price_changed_at: 'l.price_changed_at',
  photos_changed_at: 'l.photos_changed_at',
  major_changed_at:
    'coalesce(greatest(l.status_changed_at, l.price_changed_at), l.origin_created_ts, l.created_at)',
  major_change: `case
    when l.price_changed_at is not null and l.price_changed_at >= coalesce(l.status_changed_at, l.price_changed_at) then 'Price Change'
    when l.status_changed_at is null or l.status in ('PUBLISHED', 'INGESTED') and l.first_published_at is not distinct from l.published_at then 'New Listing'
    when l.status = 'PUBLISHED' then 'Back On Market'
    else ${standardStatus} end`,
  originating_system_name: originName,
  originating_system_id: `coalesce(l.origin_system, 'MANUAL')`,
  source_system_name: `'MLS hub'::text`,
  list_agent_name: agentName('l.list_agent_key'),
  list_office_name: officeName('l.list_office_key'),
  listing_display: '(l.hide_listing_online is not true)',
  address_display: '(l.hide_address_online is not true)',
}

/** Derived fields whose text as sent is kept in extensions when it differs from the derived value. */
const verbatim = new Set(['origin_modified_ts', 'lease_amount', 'data_source'])

/** StandardStatus in the source branch: the source's own, unless the listing has ended here. */
const sourceStatus =
  `case l.status when 'WITHDRAWN' then 'Withdrawn' when 'SOLD' then 'Closed' else o.payload ->> 'StandardStatus' end`

/** Standard names of what gold has under names of its own. */
const goldNames: Record<string, string> = {
  InteriorFeatures: 'X_InteriorFeatures',
  ExteriorFeatures: 'X_ExteriorFeatures',
  CommunityFeatures: 'X_CommunityFeatures',
  LotFeatures: 'X_LotFeatures',
  SecurityFeatures: 'X_SecurityFeatures',
  Appliances: 'X_Appliances',
  UnitNumber: 'X_UnitNumber',
  VirtualTourURLUnbranded: 'X_VirtualTourLink',
  ListingURL: 'X_WebsiteUrl',
}

/** What the source branch shows of a field that gold does not deliver; null unless named here. */
const hubValues: Record<string, string> = {
  ...Object.fromEntries(Object.entries(goldNames).map(([name, gold]) => [name, `p.e ->> '${gold}'`])),
  PreviousListPrice: previousPrice('p.e'),
  OriginatingSystemName: originName,
  OriginatingSystemID: `coalesce(l.origin_system, 'MANUAL')`,
  SourceSystemName: `'MLS hub'::text`,
  ListAgentFullName: agentName(`p.e ->> 'ListAgentKey'`),
  ListOfficeName: officeName(`p.e ->> 'ListOfficeKey'`),
  InternetEntireListingDisplayYN: '(l.hide_listing_online is not true)',
  InternetAddressDisplayYN: '(l.hide_address_online is not true)',
  MlsStatus:
    `case when l.status in ('WITHDRAWN', 'SOLD') then ${sourceStatus} else coalesce(p.e ->> 'MlsStatus', o.payload ->> 'StandardStatus') end`,
  ListPriceCurrencyCode: 'l.currency_code',
  // written once, with the first price; where the source has none that was a draft's
  OriginalListPrice: `case when p.e ->> 'ListPrice' is not null then l.original_list_price end`,
  PhotosCount: `(
    select count(*)::integer
    from public.mls_listing_media m
    join public.mls_listing_media_origins mo on mo.media_id = coalesce(m.shared_from, m.id)
    where m.listing_id = l.id and m.media_category = 'image' and m.is_servable
  )`,
}

/** What a source says of these goes into columns that every channel obeys; they show what the columns say. */
const obeyed = new Set(['InternetEntireListingDisplayYN', 'InternetAddressDisplayYN'])

/** Whether the hub derives a field that other sources than gold may state themselves. */
const isOfSources = ({ name, gold, view, hub }: Field) =>
  gold === false && view !== undefined && !hub && !obeyed.has(name)

/** What the rule behind a derived field says. */
function derivedValue(field: Field): string {
  const value = derived[field.view ?? '']
  if (value === undefined) throw new GenerateError(`${field.name}: no rule is named ${field.view}`)
  return value
}

/** The value of a field from our own columns. */
export function columnValue(field: Field): string {
  if (field.view) {
    const value = derivedValue(field)
    if (verbatim.has(field.view)) return `coalesce(${fromJson('x.e', field)}, ${value})`
    // what a source says of it itself counts as long as the listing follows the source
    return isOfSources(field)
      ? `coalesce(case when l.claimed_at is null then ${fromJson('x.e', field)} end, ${value})`
      : value
  }
  if (!field.column) return fromJson('x.e', field)
  const column = `l.${identifier(field.column)}`
  return field.columnType ? `coalesce(x.e ->> '${field.name}', ${column}::text)` : column
}

/** The value of a field as the source last sent it. */
function sourceValue(field: Field): string {
  if (field.view === 'listing_key' || field.view === 'modification_timestamp') return derivedValue(field)
  if (field.name === 'StandardStatus') return sourceStatus
  if (field.view === 'data_source' || field.view === 'origin_modified_ts') {
    return `coalesce(${fromJson('p.e', field)}, ${derivedValue(field)})`
  }
  // the rent has two names in gold
  const other = { LeaseAmount: 'LeasePrice', LeasePrice: 'LeaseAmount' }[field.name]
  if (other) return `coalesce(${fromJson('p.e', field)}, ${fromJson('p.e', { ...field, name: other })})`
  if (field.gold === false) {
    const value = hubValues[field.name]
    if (value === undefined) return field.hub ? `null::${pgType(field.type)}` : fromJson('p.e', field)
    return isOfSources(field) && field.name !== 'MlsStatus'
      ? `coalesce(${fromJson('p.e', field)}, ${value})`
      : value
  }
  return fromJson('p.e', field)
}

/**
 * property_reso: every listing that the RESO Web API may show, under RESO names. Two branches: our columns, and for
 * listings that a broker has claimed but not yet published the last values of the source, so that no draft leaks and
 * no consumer loses a listing meanwhile. jsonb is detoasted once a row (`|| '{}'` behind `offset 0`), not per field.
 */
export function propertyView(): GeneratedObject {
  const shown = (value: string, { name }: Field) =>
    addressFields.has(name) ? `case when l.hide_address_online is not true then ${value} end` : value
  const select = (value: (field: Field) => string) =>
    list(property.fields.map((field) => `${shown(value(field), field)} as ${identifier(field.name)}`), 2)
  const technical =
    `l.id as record_id, l.tenant_id, l.seq, l.originating_office_key as office_key, ${isPublished} as is_published`
  return {
    kind: 'view',
    subject: 'serving',
    signature: 'public.property_reso',
    resource: property.ingestName,
    sql: `create or replace view public.property_reso with (security_invoker = true) as
select
  ${technical},
${select(columnValue)}
from public.mls_listings l
join public.mls_tenants t on t.id = l.tenant_id
left join public.served_property s on s.record_id = l.id
cross join lateral (select l.extensions || '{}'::jsonb as e offset 0) x
where ${showsColumns}
  and ${tenantAllows}
union all
select
  ${technical},
${select(sourceValue)}
from public.mls_listings l
join public.mls_tenants t on t.id = l.tenant_id
join public.mls_listing_origins o on o.listing_id = l.id
left join public.served_property s on s.record_id = l.id
cross join lateral (select o.payload || '{}'::jsonb as e offset 0) p
where ${showsSource}
  and ${tenantAllows};
comment on view public.property_reso is
  'RESO Property: what the world may know of each listing. Unclaimed listings follow their source, claimed ones show the last values of the source until they are published.';
grant select on public.property_reso to authenticated, service_role;`,
  }
}
