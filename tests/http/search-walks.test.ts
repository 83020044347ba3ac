import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Random, randomFor } from '../../scripts/seed/prng.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { type Caller, sixCallers } from '../support/search/callers.ts'
import { hasPlace } from '../support/search/generate.ts'

/** Walks by cursor while others write: none doubled, none lost that stayed, in every order that there is. */
let hub: Hub
let callers: Caller[]

beforeAll(async () => {
  hub = await startHub({ seed: true, rest: true })
  callers = await sixCallers(hub)
})
afterAll(() => hub?.stop())

async function post({ headers }: Caller, input: unknown) {
  const response = await fetch(`${hub.functionsUrl}/search/listings`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  })
  const body = await response.json() as { listings: { key: string }[]; next?: string; detail?: string }
  expect([response.status, body.detail]).toEqual([200, undefined])
  return body
}

/** Keys in the order of a walk, and after each page what comes to happen. */
async function walk(caller: Caller, input: Record<string, unknown>, happens: () => Promise<unknown>) {
  const keys: string[] = []
  let cursor: string | undefined
  do {
    const { listings, next } = await post(caller, { ...input, cursor })
    keys.push(...listings.map(({ key }) => key))
    cursor = next
    await happens()
  } while (cursor)
  return keys
}

/** Prices and places of some listings anew, a price that comes or goes, and listings that come and go. */
async function rewrite(random: Random): Promise<void> {
  await hub.pool.query(
    `update public.mls_listings
     set list_price = case when list_price is null and lease_amount is not null then null when $1 < 0.1 then null
           else round(($2 * (1 + random()) * coalesce(list_price, 400000))::numeric) end,
       latitude = latitude + (random() - 0.5) * $3, longitude = longitude + (random() - 0.5) * $3,
       public_remarks = public_remarks || '.'
     where id in (select id from public.mls_listings order by random() limit 6)`,
    [random.next(), random.pick([0.3, 0.6, 0.9]), random.pick([0.001, 0.1, 2])],
  )
  await hub.pool.query(
    `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status, city, list_price,
       latitude, longitude)
     select t.id, 'SHARPSIR-CY-001', 'QOBRIX', $1, $1, 'DRAFT', 'Paphos', 1000 * $2, 34.7, 32.4
     from public.mls_tenants t where t.code = 'CY'`,
    [`NEW_${random.uuid()}`, random.int(1, 2_000)],
  )
  await hub.pool.query(
    `delete from public.mls_listings where id in (
       select id from public.mls_listings where origin_key like 'NEW\\_%' order by random() limit 1) and random() < 0.3`,
  )
}

const orders = ['newest', 'price', '-price', 'nearest', 'nearest within a radius'] as const

describe.each([1, 4])('caller %i', (n) => {
  it.each(orders)('by %s', async (order) => {
    const random = randomFor(`walk ${order}`, n)
    const caller = callers[n]!
    const sample = caller.rows.find(hasPlace)!
    const near = { near: [sample.Latitude, sample.Longitude] }
    const input = {
      limit: Math.max(2, Math.round(caller.rows.length / random.int(6, 12))),
      select: ['City'],
      ...order === 'nearest'
        ? { ...near, sort: 'nearest' }
        : order === 'nearest within a radius'
        ? { ...near, radius: 20_000_000 }
        : { sort: order },
    }
    const all = { limit: 200, select: ['City'] }
    const isNew = (key: string) => key.startsWith('NEW_')
    const before = (await walk(caller, { ...all, ...order.includes('radius') && input }, async () => {}))
      .filter((key) => !isNew(key))
    let isOver = false
    let last = Promise.resolve()
    const others = (async () => {
      while (!isOver) await (last = rewrite(random))
    })()
    // something has happened since the page before
    const seen = await walk(caller, input, () => last).finally(() => isOver = true)
    await others
    const doubled = seen.filter((key, at) => seen.indexOf(key) !== at)
    const after = new Set(
      await walk(caller, { ...all, ...order.includes('radius') && input }, async () => {}),
    )
    const lost = before.filter((key) => after.has(key) && !seen.includes(key))
    expect([order, doubled, lost]).toEqual([order, [], []])
    expect(seen.length).toBeGreaterThan(before.length / 2)
  })
})

describe('a walk by price', () => {
  it('shows what is now, in the order that was', async () => {
    const caller = callers[0]!
    const input = { sort: 'price', limit: 3, select: ['ListPrice'], filter: 'ListPrice gt 0' }
    const first = await post(caller, input)
    const order = await walk(caller, { ...input, limit: 200 }, async () => {})
    await hub.pool.query(
      `update public.mls_listings set list_price = case origin_key when $1 then 99000000 else 1 end where origin_key in ($1, $2)`,
      [order[0], order.at(-1)],
    )
    const rest: { key: string; ListPrice: number }[] = []
    let cursor = first.next
    while (cursor) {
      const page = await post(caller, { ...input, limit: 4, cursor })
      rest.push(...page.listings as typeof rest)
      cursor = page.next
    }
    expect([...first.listings, ...rest].map(({ key }) => key)).toEqual(order)
    expect(rest.at(-1)!.ListPrice).toBe(1)
    // a walk that begins now has the order of now
    const anew = await walk(caller, input, async () => {})
    expect([anew[0], anew.at(-1)]).toEqual([order.at(-1), order[0]])
  })

  it('is not told what a listing cost before it was published', async () => {
    const caller = callers[2]!
    const input = { sort: 'price', limit: 3, select: ['ListPrice'], filter: 'ListPrice gt 0' }
    type Priced = { key: string; ListPrice: number }[]
    const cheapest = (await post(caller, input)).listings as unknown as Priced
    await hub.pool.query(
      `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status, city, list_price)
       select t.id, 'SHARPSIR-CY-001', 'QOBRIX', 'QOBRIX_LATE', 'QOBRIX_LATE', 'MARKETING_REVIEW', 'Paphos', $1
       from public.mls_tenants t where t.code = 'CY'`,
      [cheapest.at(-1)!.ListPrice],
    )
    const first = await post(caller, input)
    expect(first.listings.map(({ key }) => key)).toEqual(cheapest.map(({ key }) => key))
    await hub.pool.query(
      `update public.mls_listings set status = 'PUBLISHED', list_price = 900000000 where origin_key = 'QOBRIX_LATE'`,
    )
    const rest: Priced = []
    let cursor = first.next
    while (cursor) {
      const page = await post(caller, { ...input, limit: 50, cursor })
      rest.push(...page.listings as unknown as Priced)
      cursor = page.next
    }
    const prices = rest.map(({ ListPrice }) => ListPrice)
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    expect(rest.at(-1)).toMatchObject({ key: 'QOBRIX_LATE', ListPrice: 900_000_000 })
  })

  it('is not told of a price that was taken back', async () => {
    const caller = callers[1]!
    const input = { sort: '-price', limit: 5, select: ['ListPrice'] }
    const { listings, next } = await post(caller, input)
    const { rows: [{ moves }] } = await hub.pool.query('select count(*)::int as moves from mls.search_moves')
    const writer = await hub.pool.connect()
    try {
      await writer.query('begin')
      await writer.query('update public.mls_listings set list_price = list_price * 2 where list_price > 0')
      await writer.query('rollback')
    } finally {
      writer.release()
    }
    const again = await post(caller, { ...input, cursor: next })
    expect(again.listings.some(({ key }) => listings.some((each) => each.key === key))).toBe(false)
    expect((await hub.pool.query('select count(*)::int as moves from mls.search_moves')).rows[0].moves).toBe(
      moves,
    )
  })
})
