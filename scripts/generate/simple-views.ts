import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { contacts } from '../../functions/_shared/reso/resources/contacts.ts'
import { media } from '../../functions/_shared/reso/resources/media.ts'
import { member } from '../../functions/_shared/reso/resources/member.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import type { Field, OpenRecords, Resource } from '../../functions/_shared/reso/types.ts'
import { isPublished, showsColumns, showsSource, tenantAllows } from './property-view.ts'
import { servedName, viewName } from '../../functions/_shared/reso/names.ts'
import { GenerateError } from './generate-error.ts'
import { fromJson, type GeneratedObject, identifier, list, literal } from './sql.ts'

/** How a sister of property_reso finds its rows (alias r) and which rules its derived fields follow. */
interface SimpleView {
  resource: Resource
  from: string
  where: string
  officeKey: string
  isPublished: string
  derived?: Record<string, string>
  /** Of a listing that a broker works on (alias l) the last word of the source (alias o) is shown. */
  hidesDrafts?: true
  /** Values by field name, instead of the column's. */
  values?: Record<string, string>
}

const modificationTimestamp = 'coalesce(s."ModificationTimestamp", r.updated_at)'

const sourceCategory = `mls.media_category(
      mls.source_category(o.payload, (select y.media_category_field from mls.origin_systems y where y.code = r.origin_system)),
      o.payload ->> 'MediaCategory', o.payload ->> 'MediaType')`

/** Our column, or what the source said while a broker works on the listing. */
const unlessDraft = (column: string, source: string) =>
  `case when ${showsSource} then ${source} else ${column} end`

/** What the hub knows of where a record comes from, where its source does not say it itself. */
function provenance(resource: Resource): Record<string, string> {
  const system = resource === media
    ? 'r.origin_system'
    : '(select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key)'
  return {
    originating_system_id: `coalesce(x.e ->> 'OriginatingSystemID', ${system})`,
    originating_system_name:
      `coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = ${system}))`,
    source_system_name: `coalesce(x.e ->> 'SourceSystemName', 'MLS hub')`,
  }
}

const isPrimary = unlessDraft('r.is_primary', `coalesce((o.payload ->> 'X_IsPrimary')::boolean, false)`)

/** Those with rules of their own. */
const views: SimpleView[] = [
  {
    // Documents never leave, whatever their MIME type says; neither does what was hidden here. Of a claimed listing that
    // is not published yet the world sees what the source last said, and nothing that the broker added.
    resource: media,
    hidesDrafts: true,
    from: `public.mls_listing_media r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id
left join public.mls_listing_media_origins o on o.media_id = coalesce(r.shared_from, r.id) and l.claimed_at is not null`,
    where: `case when ${showsSource}
    then o.payload is not null and ${sourceCategory} <> 'document'
    else ${showsColumns} end
  and ${tenantAllows}
  and r.is_servable`,
    officeKey: 'l.originating_office_key',
    isPublished,
    derived: {
      media_key: 'r.media_key',
      resource_record_key: `coalesce(l.origin_key, 'MANUAL_' || l.id)`,
      resource_name: `'Property'::text`,
      file_changed_at: 'r.file_changed_at',
      is_primary: isPrimary,
      originating_key: `coalesce(x.e ->> 'OriginatingSystemMediaKey', x.e ->> 'X_QobrixMediaId')`,
      media_category:
        `coalesce(x.e ->> 'MediaCategory', case r.media_category when 'video' then 'Video' when 'audio' then 'Audio'
    when 'tour' then 'Video' else 'Photo' end)`,
    },
    values: {
      // a copy is the source's picture; without one, its address, where that may be shown
      MediaURL: unlessDraft(
        'r.media_url',
        `case when r.copy_status = 'stored' or r.media_url is null then r.media_url
    else mls.media_url(o.payload ->> 'MediaURL', r.originating_office_key) end`,
      ),
      // the source's own small picture is shown by the same right as its large one, and no longer
      X_QobrixThumbnailUrl:
        `coalesce(r.resolution_urls -> 'thumbnail' ->> 'url', case when r.file_sha256 is null then x.e ->> 'X_QobrixThumbnailUrl' end)`,
      Order: unlessDraft('r.display_order', `coalesce((o.payload ->> 'Order')::integer, 0)`),
      X_IsPrimary: isPrimary,
    },
  },
  {
    ...plain(contacts),
    where: 'not r.origin_deleted and r.originating_office_key is not null',
    derived: { full_name: `coalesce(x.e ->> 'ContactFullName', r.full_name)` },
  },
  {
    ...plain(member),
    derived: {
      originating_key: `coalesce(x.e ->> 'OriginatingSystemMemberKey', x.e ->> 'X_QobrixAgentId')`,
    },
  },
]

/** A resource without rules of its own: every record that its source has not withdrawn. */
function plain(resource: Resource): SimpleView {
  return resource.listing?.follows ? ofListing(resource) : {
    resource,
    from: `public.${resource.table} r`,
    where: 'not r.origin_deleted',
    officeKey: 'r.originating_office_key',
    isPublished: 'true',
  }
}

/** Records that are shown and hidden with their listing. Brokers do not edit them, so a draft has none of its own. */
function ofListing(resource: Resource): SimpleView {
  return {
    resource,
    from: `public.${resource.table} r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id`,
    where: `not r.origin_deleted
  and (${showsSource} or ${showsColumns})
  and ${tenantAllows}${resource.open ? `\n  and ${isOpen(resource, resource.open)}` : ''}`,
    officeKey: 'l.originating_office_key',
    isPublished,
    values: { [resource.listing!.field]: `coalesce(l.origin_key, 'MANUAL_' || l.id)` },
  }
}

/** Whether the record is for everybody, however its source spells the value that says so. */
function isOpen(resource: Resource, { field, values }: OpenRecords): string {
  const { column } = resource.fields.find(({ name }) => name === field)!
  const spelt = values.map((value) => literal(value.replace(/\W/g, '').toLowerCase()))
  return `coalesce(lower(regexp_replace(r.${column}, '[^[:alnum:]]', '', 'g')) in (${
    spelt.join(', ')
  }), true)`
}

function value(view: SimpleView, field: Field): string {
  const own = view.values?.[field.name]
  if (own !== undefined) return own
  if (field.view === 'modification_timestamp') return modificationTimestamp
  if (field.view) {
    const rule = { ...provenance(view.resource), ...view.derived }[field.view]
    if (rule === undefined) {
      throw new GenerateError(`${view.resource.name}.${field.name}: no rule is named ${field.view}`)
    }
    return rule
  }
  const column = field.column ? `r.${identifier(field.column)}` : fromJson('x.e', field)
  return view.hidesDrafts ? unlessEdited(field, column) : column
}

/** Our value, unless a broker works on it: then what the source said, or nothing where it says nothing. */
function unlessEdited(field: Field, column: string): string {
  const isEdited = ['source', 'enrichment'].includes(field.owner ?? 'source')
  return (field.column ?? field.gold) !== undefined && isEdited
    ? unlessDraft(column, fromJson('o.payload', field))
    : column
}

function simpleView(view: SimpleView): GeneratedObject {
  const name = viewName(view.resource)
  const fields = view.resource.fields.map((field) => `${value(view, field)} as ${identifier(field.name)}`)
  return {
    kind: 'view',
    subject: 'serving',
    signature: `public.${name}`,
    resource: view.resource.ingestName,
    sql: `create or replace view public.${name} with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, ${view.officeKey} as office_key, ${view.isPublished} as is_published,
${list(fields, 2)}
from ${view.from}
left join public.${servedName(view.resource)} s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where ${view.where};
comment on view public.${name} is 'RESO ${view.resource.name}: what the world may know of each record.';
grant select on public.${name} to authenticated, service_role;`,
  }
}

/** The views beside property_reso: media_reso, member_reso, ... */
export function simpleViews(): GeneratedObject[] {
  const special = (resource: Resource) => views.find((view) => view.resource === resource)
  return resources.filter((resource) => resource !== property)
    .map((resource) => simpleView(special(resource) ?? plain(resource)))
}
