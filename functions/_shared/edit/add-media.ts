/** Files of listings as clients send them: read, and added to their listing. */
import type { PoolClient } from '../db/pool.ts'
import type { EntityType, Property } from '../odata/model/model.ts'
import { rethrowRefusal } from '../properties/refusals.ts'
import { type Changes, sortChanges } from './changes.ts'
import { type Faults, ofField } from './faults.ts'
import { asText } from './lookups.ts'
import { mediaPlaces } from './places.ts'
import { readValues, type Value } from './read-values.ts'
import { asClient, asService } from './transaction.ts'

/** A file as it was sent. */
export interface SentMedia {
  type: EntityType
  body: Readonly<Record<string, unknown>>
  numbersAsText: boolean
}

/** The kinds of files as the hub goes by them, by the names that RESO has for them. */
export const kinds: Readonly<Record<string, string>> = {
  Photo: 'image',
  'Floor Plan': 'floorplan',
  Video: 'video',
  'Branded Virtual Tour': 'tour',
  'Unbranded Virtual Tour': 'tour',
}
const formOf = (text: string) => text.replace(/[^a-z]/gi, '').toLowerCase()

/** The category in its standard spelling; undefined for one that is none. */
const categoryOf = (text: string) => Object.keys(kinds).find((name) => formOf(name) === formOf(text))

/** What is to be kept of a new file. What is wrong with it is added to the faults. */
export function newMedia(sent: SentMedia, faults: Faults): Changes {
  const values = readMedia(sent, faults)
  const isStated = [...values].some(([{ name }, value]) => name === 'MediaURL' && value !== null)
  if (!isStated) faults.add('MediaURL', 'missing', 'A file has an address: name it.')
  return sortChanges(sent.type, values, mediaPlaces, true, faults)
}

/** Adds it to a listing that the client may edit; answers its id. `place`: where in the request it stands. */
export async function addMedia(
  client: PoolClient,
  listing: string,
  { columns }: Changes,
  place = '',
): Promise<string> {
  const { listing_id: _listing, '': _resource, media_category, ...plain } = columns
  const category = String(media_category ?? 'Photo')
  await asClient(client)
  const id = await ofField(
    `${place}MediaURL`,
    () => insert(client, listing, { ...plain, media_category: kinds[category]! }),
  )
  await asService(client)
  await client.query('select mls.label_media($1, $2)', [id, category])
  return id
}

export function readMedia({ type, body, numbersAsText }: SentMedia, faults: Faults): Map<Property, Value> {
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
  ).catch(rethrowRefusal)
  return added!.id
}

export const unsetPrimary = (client: PoolClient, listing: string) =>
  client.query(
    'update public.mls_listing_media m set is_primary = false where m.listing_id = $1 and m.is_primary',
    [listing],
  )
