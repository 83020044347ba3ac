import type { PoolClient } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import type { Property } from '../odata/model/model.ts'
import { rethrowRefusal } from '../properties/refusals.ts'
import { changedValues, type Changes, sortChanges } from './changes.ts'
import { Faults, ofField } from './faults.ts'
import { asText } from './lookups.ts'
import { mediaPlaces } from './places.ts'
import { readValues, type Value } from './read-values.ts'
import { asClient, asService, edit, type EditState } from './transaction.ts'
import { currentRecord, type RecordEdit, requireClaimed } from './write-property.ts'

/** The kinds of files as the hub goes by them, by the names that RESO has for them. */
const kinds: Readonly<Record<string, string>> = {
  Photo: 'image',
  'Floor Plan': 'floorplan',
  Video: 'video',
  'Branded Virtual Tour': 'tour',
  'Unbranded Virtual Tour': 'tour',
}
const formOf = (text: string) => text.replace(/[^a-z]/gi, '').toLowerCase()

/** The category in its standard spelling; undefined for one that is none. */
const categoryOf = (text: string) => Object.keys(kinds).find((name) => formOf(name) === formOf(text))

/** A file of a listing, by its address. `listingKey` where the path names the listing. */
export function createMedia(request: RecordEdit, listingKey?: string): Promise<EditState> {
  const { clientId, receipt, type, body } = request
  const faults = new Faults()
  const named = body.ResourceRecordKey ?? listingKey ?? null
  if (listingKey !== undefined && named !== listingKey) {
    faults.add('ResourceRecordKey', 'invalid_value', 'The path names another listing.')
  }
  if (typeof named !== 'string') {
    faults.add('ResourceRecordKey', 'missing', 'Name the listing of the file by its ListingKey.')
  }
  const values = readMedia(request, faults)
  if (!stated(values, 'MediaURL')) faults.add('MediaURL', 'missing', 'A file has an address: name it.')
  const changes = sortChanges(type, values, mediaPlaces, true, faults)
  faults.refuse(type.name)
  const added = edit(
    { clientId, receipt, resource: 'Media', at: { resource: 'Property', key: named as string } },
    async (client, { state }) => {
      requireClaimed(state!, type.name)
      const { listing_id: _listing, '': _resource, media_category, ...columns } = changes.columns
      const category = String(media_category ?? 'Photo')
      await asClient(client)
      const id = await insert(client, state!.id, {
        ...columns,
        media_category: kinds[category]!,
      })
      await asService(client)
      await client.query('select mls.label_media($1, $2)', [id, category])
      return id
    },
  )
  return listingKey === undefined ? added.catch(unknownListing) : added
}

/** The body names the listing, not the path. */
function unknownListing(error: unknown): never {
  if (!(error instanceof HubError) || error.code !== 'not_found') throw error
  const faults = new Faults()
  faults.add('ResourceRecordKey', 'unknown_value', error.message)
  faults.refuse('Media')
  throw error
}

/** Order, texts, kind and which is the main one. */
export function updateMedia(request: RecordEdit, key: string): Promise<EditState> {
  const { clientId, receipt, type, profile, admit } = request
  return edit(
    { clientId, receipt, resource: 'Media', at: { resource: 'Media', key } },
    async (client, { state }) => {
      admit?.(state!)
      const faults = new Faults()
      const values = changedValues(
        readMedia(request, faults),
        currentRecord(type, profile, state!, mediaPlaces),
      )
      const changes = sortChanges(type, values, mediaPlaces, false, faults)
      for (const column of ['display_order', 'is_primary', 'media_category']) {
        if (changes.columns[column] === null) {
          const name = changes.fields[column]!
          faults.add(name, 'invalid_value', `${name} of a file is never null.`)
        }
      }
      faults.refuse(type.name)
      if (Object.keys(changes.columns).length === 0) return state!.id
      requireClaimed(state!, type.name)
      await update(client, state!, changes)
      return state!.id
    },
  )
}

function readMedia({ type, body, numbersAsText }: RecordEdit, faults: Faults): Map<Property, Value> {
  const values = readValues(type, body, numbersAsText, faults)
  for (const [property, value] of values) {
    const { name } = property
    if (value === null) continue
    if (name === 'MediaURL' && !isAddress(String(value))) {
      faults.add(
        name,
        'invalid_value',
        'MediaURL is a full address that a browser opens, such as "https://example.com/a.jpg".',
      )
    } else if (name === 'ResourceName' && value !== 'Property') {
      faults.add(name, 'unknown_value', 'Files are those of listings: ResourceName is "Property".')
    } else if (name === 'Order' && Number(value) < 0) {
      faults.add(name, 'out_of_range', 'Order begins with 0.')
    } else if (name === 'MediaCategory') {
      const category = categoryOf(String(asText(value)))
      if (category) values.set(property, category)
      else faults.add(name, 'unknown_value', `MediaCategory is one of ${Object.keys(kinds).join(', ')}.`)
    }
  }
  return values
}

function isAddress(text: string): boolean {
  return /^https?:\/\/[^/?#\s]/i.test(text) && !/[\s\p{Cc}]/u.test(text) && URL.canParse(text)
}

const stated = (values: ReadonlyMap<Property, Value>, field: string) =>
  [...values].some(([{ name }, value]) => name === field && value !== null)

/** Behind the others, unless it says its place. */
async function insert(
  client: PoolClient,
  listing: string,
  columns: Record<string, unknown>,
): Promise<string> {
  if (columns.is_primary === true) await unsetPrimary(client, listing)
  const { rows: [last] } = await client.query<{ next: number }>(
    'select coalesce(max(m.display_order) + 1, 0) as next from public.mls_listing_media m where m.listing_id = $1',
    [listing],
  )
  const row = { display_order: last!.next, ...columns, listing_id: listing }
  const names = Object.keys(row).map((name) => `"${name}"`).join(', ')
  const { rows: [added] } = await client.query<{ id: string }>(
    `insert into public.mls_listing_media (${names})
     select ${names} from jsonb_populate_record(null::public.mls_listing_media, $1) returning id`,
    [JSON.stringify(row)],
  ).catch((error) => ofField('MediaURL', () => Promise.reject(error).catch(rethrowRefusal)))
  return added!.id
}

const unsetPrimary = (client: PoolClient, listing: string) =>
  client.query(
    'update public.mls_listing_media m set is_primary = false where m.listing_id = $1 and m.is_primary',
    [listing],
  )

async function update(
  client: PoolClient,
  { id, listing_id }: EditState,
  { columns }: Changes,
): Promise<void> {
  const { media_category, ...plain } = columns
  const row = {
    ...plain,
    ...media_category !== undefined && { media_category: kinds[String(media_category)] },
  }
  const names = Object.keys(row).map((name) => `"${name}"`).join(', ')
  await asClient(client)
  if (columns.is_primary === true) await unsetPrimary(client, listing_id)
  await client.query(
    `update public.mls_listing_media m set (${names}) = row(${
      Object.keys(row).map((name) => `x."${name}"`).join(', ')
    }) from jsonb_populate_record(null::public.mls_listing_media, $1) x where m.id = $2`,
    [JSON.stringify(row), id],
  )
  await asService(client)
  if (media_category !== undefined) await client.query('select mls.label_media($1, $2)', [id, media_category])
}
