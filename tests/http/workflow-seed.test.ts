import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'

let hub: Hub
beforeAll(async () => hub = await startHub({ seed: true }))
afterAll(() => hub?.stop())

async function counts(sql: string): Promise<Record<string, number>> {
  const { rows } = await hub.pool.query<{ name: string; amount: number }>(sql)
  return Object.fromEntries(rows.map(({ name, amount }) => [name, amount]))
}

test('the demo brokerage stands in believable states', async () => {
  const states = await counts(`
    select l.status::text || case when l.claimed_at is null then '' else ' claimed' end as name, count(*)::int as amount
    from public.mls_listings l join public.mls_tenants t on t.id = l.tenant_id
    where t.code = 'CY' group by 1`)
  expect(states).toMatchObject({
    'PUBLISHED claimed': 28,
    PUBLISHED: 2,
    'UNDER_OFFER claimed': 2,
    'SOLD claimed': 2,
    'WITHDRAWN claimed': 2,
    'DRAFT claimed': 3,
    'PENDING_DUE_DILIGENCE claimed': 2,
    'MARKETING_REVIEW claimed': 2,
  })
  expect(states.INGESTED).toBeGreaterThan(200)
})

test('what is published is on its portals', async () => {
  const portals = await counts(`
    select p.code as name, count(*)::int as amount
    from public.mls_listings l
    join public.mls_listing_syndications s on s.listing_id = l.id and s.status = 'ACTIVE'
    join public.mls_portal_definitions p on p.id = s.portal_id
    where l.status = 'PUBLISHED' group by 1`)
  expect(portals.HOMESOVERSEAS).toBeGreaterThanOrEqual(20)
  expect(portals.SIR_GLOBAL).toBeGreaterThanOrEqual(20)
})

test('every listing that was moved has a history, and nobody moved it without a right to', async () => {
  const { rows } = await hub.pool.query(`
    select l.id from public.mls_listings l
    where l.claimed_at is not null and not exists (
      select from public.mls_status_history h where h.listing_id = l.id and h.to_status = l.status and h.trigger = 'USER')`)
  expect(rows).toEqual([])
})
