import type { PoolClient } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import { addMedia, kinds, newMedia, readMedia, unsetPrimary } from './add-media.ts'
import { changedValues, type Changes, sortChanges } from './changes.ts'
import { Faults } from './faults.ts'
import { mediaPlaces } from './places.ts'
import { asClient, asService, edit, type EditState } from './transaction.ts'
import { currentRecord, type RecordEdit, requireClaimed } from './write-property.ts'

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
  const changes = newMedia(request, faults)
  faults.refuse(type.name)
  const added = edit(
    { clientId, receipt, resource: 'Media', at: { resource: 'Property', key: named as string } },
    async (client, { state }) => {
      requireClaimed(state!, type.name)
      return await addMedia(client, state!.id, changes)
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
  if (media_category !== undefined) {
    await client.query('select mls.label_media($1, $2)', [id, media_category])
  }
}
