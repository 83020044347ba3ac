import { randomUUID } from 'node:crypto'
import { Keeper } from './keeper.ts'

export type Listing = Record<string, unknown> & { listingGuid: string }

/** What was done to a listing, for inspection. Only what was committed counts. */
export interface Calls {
  reference: string
  listingGuid: string
  create: number
  update: number
  withdraw: number
  media: number
  /** Creations, updates and media lists that changed nothing. */
  unchanged: number
}

interface Kept {
  listings: [string, Listing][]
  calls: [string, Calls][]
  created: [string, string][]
}

/** The listings of the sandbox: in memory, and in a file where one is given. */
export class Store {
  readonly listings = new Map<string, Listing>()
  readonly #calls = new Map<string, Calls>()
  readonly #created = new Map<string, string>()

  readonly #keeper: Keeper<Kept> | undefined

  constructor(file?: string) {
    if (!file) return
    this.#keeper = new Keeper(file, () => ({
      listings: [...this.listings],
      calls: [...this.#calls],
      created: [...this.#created],
    }))
    const kept = this.#keeper.read()
    for (const [id, listing] of kept?.listings ?? []) this.listings.set(id, listing)
    for (const [id, calls] of kept?.calls ?? []) this.#calls.set(id, calls)
    for (const [key, id] of kept?.created ?? []) this.#created.set(key, id)
  }

  close(): void {
    this.#keeper?.write()
  }

  /** Repeating a creation with its key gives the listing of the first time. */
  create(family: string, payload: Record<string, unknown>, key: string | null): Listing {
    const known = key === null ? undefined : this.#created.get(key)
    if (known) return this.listings.get(known)!
    const listingGuid = randomUUID().toUpperCase()
    const listing: Listing = {
      ...structuredClone(payload),
      listingGuid,
      family,
      listingUrl: `https://dash.example/listings/${listingGuid}`,
      lastUpdateOn: new Date().toISOString(),
    }
    this.listings.set(listingGuid, listing)
    if (key !== null) this.#created.set(key, listingGuid)
    this.#count(listing, 'create')
    return listing
  }

  /** Merges a partial record into a listing: members that are not mentioned stay. */
  update(id: string, patch: Record<string, unknown>): Listing | undefined {
    const listing = this.listings.get(id)
    if (!listing) return undefined
    const before = JSON.stringify(listing)
    merge(listing, structuredClone(patch))
    if (JSON.stringify(listing) === before) this.calls(listing).unchanged++
    listing.lastUpdateOn = new Date().toISOString()
    this.#count(listing, 'update')
    return listing
  }

  withdraw(id: string): Listing | undefined {
    const listing = this.listings.get(id)
    if (!listing) return undefined
    listing.statusCode = 'WD'
    this.#count(listing, 'withdraw')
    return listing
  }

  /** Replaces the media of a listing. What comes without an id is given one, and keeps it by its address. */
  setMedia(id: string, media: unknown[]): Listing | undefined {
    const listing = this.listings.get(id)
    if (!listing) return undefined
    const named = (media as Record<string, unknown>[]).map((item) => {
      const known = (listing.media as Record<string, unknown>[] | undefined)?.find(({ url }) =>
        url === item.url
      )
      return { mediaGuid: known?.mediaGuid ?? randomUUID().toUpperCase(), ...item }
    })
    if (JSON.stringify(listing.media) === JSON.stringify(named)) this.calls(listing).unchanged++
    listing.media = named
    this.#count(listing, 'media')
    return listing
  }

  /** Puts a listing there as somebody at Dash would; members that are not mentioned stay. */
  place(listing: Listing): Listing {
    const { listingGuid } = listing
    const whole = {
      family: 'residentialsales',
      ...this.listings.get(listingGuid),
      lastUpdateOn: new Date().toISOString(),
      ...listing,
    }
    this.listings.set(listingGuid, whole)
    this.#keeper?.changed()
    return whole
  }

  byReference(reference: string): Listing | undefined {
    return [...this.listings.values()].find(({ externalReference }) => externalReference === reference)
  }

  /** Removes a listing for good, as somebody at Dash might; whether there was one. */
  forget(reference: string): boolean {
    const listing = this.byReference(reference)
    if (!listing) return false
    this.listings.delete(listing.listingGuid)
    this.#keeper?.changed()
    return true
  }

  remove(id: string): boolean {
    this.#keeper?.changed()
    return this.listings.delete(id)
  }

  allCalls(): Calls[] {
    return [...this.#calls.values()]
  }

  calls(listing: Listing): Calls {
    const { listingGuid } = listing
    let calls = this.#calls.get(listingGuid)
    if (!calls) {
      const reference = String(listing.externalReference ?? '')
      calls = { reference, listingGuid, create: 0, update: 0, withdraw: 0, media: 0, unchanged: 0 }
      this.#calls.set(listingGuid, calls)
    }
    return calls
  }

  #count(listing: Listing, operation: 'create' | 'update' | 'withdraw' | 'media'): void {
    this.calls(listing)[operation]++
    this.#keeper?.changed()
  }
}

function merge(target: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(patch)) {
    const there = target[name]
    if (isObject(there) && isObject(value)) merge(there, value)
    else target[name] = value
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
