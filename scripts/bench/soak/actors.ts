/** Everybody who uses the hub at once. Each goes on until it is over, at a pace of its own. */
import { createClient } from '@supabase/supabase-js'
import type { Database } from '../../../database.types.ts'
import { demoSource } from '../../stack/demo-source.ts'
import { deliveredBatch, type GoldRecord } from '../records.ts'
import type { Replica } from './replica.ts'
import type { SoakStack } from './stack.ts'
import { ask, pause, type Tally } from './tally.ts'

export interface Soaked {
  stack: SoakStack
  tally: Tally
  replica: Replica
  isOver(): boolean
}

export type Actor = (soaked: Soaked) => Promise<void>

const office = 'SHARPSIR-CY-001'
const listings = 300
const random = (below: number) => Math.floor(Math.random() * below)
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!

const photosOf = (batch: GoldRecord[], origin: string): GoldRecord[] =>
  batch.flatMap(({ ListingKey }, n) =>
    [0, 1].map((order) => ({
      MediaKey: `QOBRIX_MEDIA_SOAK_${n}_${order}`,
      ResourceRecordKey: ListingKey!,
      OriginatingSystemOfficeKey: office,
      MediaCategory: 'Photo',
      MediaURL: `${origin}${(n + order) % 60}.png`,
      MediaType: 'image/png',
      Order: order,
      X_QobrixMediaCategory: 'photos',
    }))
  )

/** A notebook: FULL runs with their key lists, of which a few listings are missing each time, and prices in between. */
const ingest: Actor = async ({ stack, tally, isOver }) => {
  const batch = deliveredBatch('SOAK').slice(0, listings)
  const call = async (path: string, body: unknown, key?: string) => {
    const response = await ask(tally, `${stack.functionsUrl}/ingest/${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await stack.token('databricks')}`,
        'Content-Type': 'application/json',
        ...key && { 'Idempotency-Key': key },
      },
      body: JSON.stringify(body),
    })
    const answer = await response.json()
    // a run that was finished by a request whose answer was lost is finished
    if (!response.ok && answer.code !== 'run_closed') {
      tally.note(`ingest ${response.status} ${answer.code}`, JSON.stringify(answer))
    }
    if (answer.totals?.reject > 0) tally.note('ingest reject', JSON.stringify(answer))
    return answer
  }
  const stamp = () => new Date().toISOString()
  for (let round = 0; !isOver(); round++) {
    const send = (resource: string, records: unknown, query = '') =>
      call(`${resource}${query}`, records, `soak-${resource}-${round}-${performance.now()}`)
    if (round % 8 === 0) {
      const present = batch.filter((_, n) => n % 50 !== round / 8 % 50)
      const run = { source: 'soak', office_key: office, resource: 'property', mode: 'FULL' }
      const { run_id } = await call('runs', run)
      for (const record of present) record.ModificationTimestamp = stamp()
      await send('property', present, `?run=${run_id}`)
      await call(`runs/${run_id}/keys`, {
        keys: [...await others(stack), ...present.map(({ ListingKey }) => ListingKey)],
      })
      await call(`runs/${run_id}/finish`, { expected_records: present.length })
      await send('media', photosOf(batch, stack.photos))
    }
    const changed = Array.from({ length: 25 }, () => batch[random(listings)]!)
    for (const record of changed) {
      record.ListPrice = `${100_000 + random(900_000)}.00`
      record.ModificationTimestamp = stamp()
    }
    await send('property', [...new Set(changed)])
    await pause(1_500)
  }
}

/** Listings of the demo, which every FULL run names too. */
async function others({ pool }: SoakStack): Promise<string[]> {
  const { rows } = await pool.query<{ key: string }>(
    `select origin_key as key from public.mls_listings
     where originating_office_key = $1 and origin_key not like 'QOBRIX_SOAK_%' and origin_key is not null`,
    [office],
  )
  return rows.map(({ key }) => key)
}

/** The operator of a source that changes by itself. */
const source: Actor = async ({ stack, tally, isOver }) => {
  for (let round = 0; !isOver(); round++) {
    const response = await ask(tally, `${stack.functionsUrl}/sources/${demoSource.source.code}/runs`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await stack.token('operator')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ mode: round % 5 === 0 ? 'FULL' : 'DELTA' }),
    })
    const answer = await response.json()
    if (!response.ok && answer.code !== 'run_active') {
      tally.note(`source ${response.status} ${answer.code}`, JSON.stringify(answer))
    }
    await pause(15_000)
  }
}

/** A broker with an app of supabase-js: claims now and then, edits, publishes what is ready. */
const broker: Actor = async ({ stack, tally, isOver }) => {
  const app = createClient<Database>(stack.apiUrl, stack.credentials.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers: { Authorization: `Bearer ${stack.users.broker_cy!.access_token}` } },
  })
  type Answer = { status: number; error: { code: string; message: string } | null }
  const took = (what: string, { status, error }: Answer): boolean => {
    tally.requests++
    if (!error) return true
    // rules of the workflow refuse by 409; two brokers meet
    if (error.code === 'PT409') return false
    const kind = status === 0 ? 'network' : status >= 500 ? `http ${status}` : `broker ${what} ${error.code}`
    tally.note(kind, `${what}: ${JSON.stringify(error)}`)
    return false
  }
  const ready = async () => {
    const answer = await app.from('mls_listings').select('id, version, list_price')
      .in('status', ['MARKETING_REVIEW', 'PUBLISHED']).limit(20)
    return took('select', answer as Answer) ? answer.data ?? [] : []
  }
  while (!isOver()) {
    const inbox = await app.from('mls_listings').select('id').is('claimed_at', null).limit(30)
    if (took('inbox', inbox as Answer) && inbox.data && inbox.data.length > 0 && random(5) === 0) {
      const { id } = pick(inbox.data)
      if (took('claim', await app.rpc('claim_listing', { listing_id: id }) as Answer)) {
        const change = { public_remarks: `Written at ${Date.now()}` }
        took('edit', await app.from('mls_listings').update(change).eq('id', id) as Answer)
      }
    }
    const known = await ready()
    if (known.length > 0) {
      const { id, version } = pick(known)
      const change = { public_remarks: `A garden above the bay, ${Date.now()}`, version }
      if (took('edit ready', await app.from('mls_listings').update(change).eq('id', id) as Answer)) {
        took('publish', await app.rpc('publish', { listing_id: id }) as Answer)
      }
    }
    await pause(700)
  }
}

/** Portals that page through the Web API, look up keys and count. */
const reader: Actor = async ({ stack, tally, isOver }) => {
  const orders = ['ListPrice', 'ListPrice desc', 'ModificationTimestamp desc', 'City,ListPrice', 'ListingKey']
  while (!isOver()) {
    const query = `$orderby=${pick(orders)}&$top=50&$count=true&$expand=Media`
    let link: string | undefined = `${stack.steadyUrl}/odata/Property?${encodeURI(query)}`
    const seen = new Map<string, number>()
    for (let pages = 0; link && pages < 4 && !isOver(); pages++) {
      const response = await ask(tally, link.replace(stack.functionsUrl, stack.steadyUrl), {
        headers: { Authorization: `Bearer ${await tokenOf(stack, 'portal_cy')}` },
      })
      const body = await response.json()
      if (!response.ok) {
        tally.note(`odata ${response.status} ${body.error?.code}`, JSON.stringify(body))
        break
      }
      for (const { ListingKey } of body.value) seen.set(ListingKey, (seen.get(ListingKey) ?? 0) + 1)
      link = body['@odata.nextLink']
    }
    if (/ListingKey$/.test(query.split('&')[0]!) && [...seen.values()].some((times) => times > 1)) {
      tally.note('odata a row twice', query)
    }
    await pause(250)
  }
}

/** Websites that search. */
const searcher: Actor = async ({ stack, tally, isOver }) => {
  while (!isOver()) {
    const body = {
      limit: 20,
      include: ['count', 'facets'],
      sort: pick(['newest', 'price', '-price']),
      ...random(2) === 0
        ? { q: pick(['sea', 'villa', 'Limassol', 'garden']) }
        : { filter: 'ListPrice ge 200000' },
    }
    const response = await ask(tally, `${stack.steadyUrl}/search/listings`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await tokenOf(stack, 'portal_cy')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const answer = await response.json()
    if (!response.ok) tally.note(`search ${response.status} ${answer.code}`, JSON.stringify(answer))
    else if (answer.listings.length > answer.count) tally.note('search count', JSON.stringify(body))
    await pause(400)
  }
}

/** Whoever keeps a copy by the events. */
const follower: Actor = async ({ replica, isOver }) => {
  while (!isOver()) {
    await replica.follow()
    await pause(1_000)
  }
}

/** Kills somebody every half a minute. */
const killer: Actor = async ({ stack, tally, isOver }) => {
  const kills = [stack.killFunctions, stack.killWorker, stack.killBackends]
  await pause(10_000)
  for (let n = 0; !isOver(); n++) {
    tally.accident()
    await kills[n % kills.length]!()
    tally.accident()
    for (let waited = 0; waited < 45 && !isOver(); waited++) await pause(1_000)
  }
}

const tokens = new Map<string, { token: Promise<string>; until: number }>()

/** Half an hour old at most. */
export function tokenOf(stack: SoakStack, client: string): Promise<string> {
  const known = tokens.get(client)
  if (known && known.until > Date.now()) return known.token
  const token = stack.token(client)
  tokens.set(client, { token, until: Date.now() + 1_800_000 })
  token.catch(() => tokens.delete(client))
  return token
}

/** By what they are. */
export const actors: Record<string, Actor> = {
  ingest,
  source,
  broker,
  reader,
  searcher,
  follower,
  killer,
}
