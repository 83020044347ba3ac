import type { Pool } from 'pg'
import { keepPicture, type Kept, look } from '../media/keep-picture.ts'
import { openStorage, type Storage, StorageFault } from '../media/storage.ts'
import { SourceFailure } from './failure.ts'
import type { Order, Page } from './types.ts'

/** What mls.take_pictures() is told. */
export interface KeptPictures {
  /** What addresses of published files begin with. */
  base: string
  items: ({ media_key: string; listing_key: string } & Kept)[]
}

/** Pictures under way to Storage at a time. */
const width = 4

/**
 * Puts the pictures that came inside a page into Storage, before the page is saved: what is left there by a page that is
 * not saved is put there again, and an object that no row names is an orphan.
 *
 * @throws SourceFailure where Storage does not answer: the page is read again
 */
export async function keepPictures(
  pool: Pool,
  { market, source }: Order,
  brought: NonNullable<Page<unknown>['pictures']>,
  storage: Storage = openStorage(),
): Promise<KeptPictures | undefined> {
  if (source.media.copy === false) return undefined
  const surroundings = await look(pool, storage)
  const keepsOriginal = source.media.originals === 'keep'
  const items: KeptPictures['items'] = []
  const queue = [...brought]
  const keep = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { picture, ...keys } = next
      const kept = await keepPicture(
        pool,
        { tenant: market.tenant_id, isUpload: false, keepsOriginal, ...picture },
        surroundings,
      )
      items.push({ ...keys, ...kept })
    }
  }
  try {
    await Promise.all(Array.from({ length: width }, keep))
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error
    throw new SourceFailure('server_error', 'retry', `Pictures could not be kept. ${error.message}`)
  }
  return { base: storage.publicBase, items }
}
