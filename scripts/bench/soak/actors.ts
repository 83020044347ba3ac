/** Everybody who uses the hub at once. Each goes on until it is over, at a pace of its own. */
import { createClient } from '@supabase/supabase-js'
import type { Database } from '../../../database.types.ts'
import { demoSource } from '../../stack/demo-source.ts'
import type { Notebook } from './notebook.ts'
import type { Replica } from './replica.ts'
import type { SoakStack } from './stack.ts'
import { ask, pause, type Tally } from './tally.ts'

export interface Soaked {
  stack: SoakStack
  tally: Tally
  notebook: Notebook
  replica: Replica
  isOver(): boolean
}

export type Actor = (soaked: Soaked) => Promise<void>

const random = (below: number) => Math.floor(Math.random() * below)
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!

/** A notebook, which sends batches. */
const ingest: Actor = ({ notebook, isOver }) => notebook.work(isOver)

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
    const answer = response.json()
    if (!response.ok && answer.code !== 'run_active') {
      tally.note(`source ${response.status} ${answer.code}`, response.text)
    }
    await pause(15_000)
  }
}

/** A broker with an app of supabase-js: claims now and then, edits, publishes what is ready, takes off a portal and back. */
const broker: Actor = async ({ stack, tally, isOver }) => {
  type Reply = { status: number; error: { code: string; message: string } | null }
  const took = (what: string, { status, error }: Reply): boolean => {
    tally.requests++
    if (!error) return true
    // rules of the workflow refuse by 409
    if (error.code === 'PT409') return false
    const kind = status === 0 ? 'network' : status >= 500 ? `http ${status}` : `broker ${what} ${error.code}`
    tally.note(kind, `${what}: ${JSON.stringify(error)}`)
    return false
  }
  while (!isOver()) {
    const app = createClient<Database>(stack.apiUrl, stack.credentials.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { headers: { Authorization: `Bearer ${await stack.userToken('broker_cy')}` } },
    })
    const inbox = await app.from('mls_listings').select('id').is('claimed_at', null).limit(30)
    if (took('inbox', inbox) && inbox.data && inbox.data.length > 0 && random(5) === 0) {
      const { id } = pick(inbox.data)
      if (took('claim', await app.rpc('claim_listing', { listing_id: id }))) {
        const change = { public_remarks: `Written at ${Date.now()}` }
        took('edit', await app.from('mls_listings').update(change).eq('id', id))
      }
    }
    const ready = await app.from('mls_listings').select('id, version')
      .in('status', ['MARKETING_REVIEW', 'PUBLISHED']).limit(20)
    if (took('ready', ready) && ready.data && ready.data.length > 0) {
      const { id, version } = pick(ready.data)
      const change = { public_remarks: `A garden above the bay, ${Date.now()}`, version }
      if (took('edit ready', await app.from('mls_listings').update(change).eq('id', id))) {
        took('publish', await app.rpc('publish', { listing_id: id }))
      }
      if (random(3) === 0) {
        const status = pick(['ACTIVE', 'ACTIVE', 'PAUSED', 'REMOVED'])
        const switched = app.from('mls_listing_syndications').update({ status }).eq('listing_id', id)
        took('switch', await switched)
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
        headers: { Authorization: `Bearer ${await stack.token('portal_cy')}` },
        isSteady: true,
      })
      const body = response.json()
      if (!response.ok) {
        tally.note(`odata ${response.status} ${body.error?.code}`, response.text)
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
        Authorization: `Bearer ${await stack.token('portal_cy')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
      isSteady: true,
    })
    const answer = response.json()
    if (!response.ok) tally.note(`search ${response.status} ${answer.code}`, response.text)
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

/** Kills somebody every half a minute or so. */
const killer: Actor = async ({ stack, tally, isOver }) => {
  const kills = [
    () => tally.accident('functions', stack.killFunctions),
    () => tally.accident('database', stack.killBackends),
    stack.killWorker,
  ]
  await pause(10_000)
  while (!isOver()) {
    await pick(kills)()
    const seconds = 15 + random(30)
    for (let waited = 0; waited < seconds && !isOver(); waited++) await pause(1_000)
  }
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
