import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appOf } from '../support/apps.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** Numbers and places that no listing can have: refused where they are entered, for later they could not be served. */
let hub: Hub
let broker: ReturnType<typeof appOf>
let draft: string

beforeAll(async () => {
  hub = await startHub({ rest: true })
  broker = appOf(hub, 'broker_cy')
  const { data, error } = await broker.rpc('create_listing', { listing: { city: 'Πάφος', list_price: 5 } })
  expect(error).toBeNull()
  draft = data!.id
})
afterAll(() => hub?.stop())

describe('a listing', () => {
  it.each([
    { latitude: 999, longitude: 1 },
    { latitude: 0, longitude: 0 },
    { latitude: 34 },
    { latitude: 'NaN', longitude: 33 },
    { list_price: -5 },
    { list_price: 0, lease_amount: 5 },
    { list_price: 'NaN' },
    { lease_amount: 'NaN', list_price: 5 },
    { list_price: 'Infinity' },
    { living_area: 'NaN' },
  ])('is not made with %o', async (listing) => {
    const { error, status } = await broker.rpc('create_listing', { listing })
    expect([status, error?.code]).toEqual([400, expect.stringMatching(/^2[23]/)])
    const made = await fetch(`${hub.functionsUrl}/api/v1/properties`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${hub.users.broker_cy!.access_token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(listing),
    })
    expect([400, 422]).toContain(made.status)
  })

  it('gets none by a change', async () => {
    for (const new_price of ['NaN', 'Infinity', -1, 0]) {
      const { error } = await broker.rpc('change_price', {
        listing_id: draft,
        new_price: new_price as number,
      })
      expect([new_price, error?.code]).toEqual([new_price, expect.stringMatching(/^22/)])
    }
    // as an app without types would send it
    const nan = 'NaN' as unknown as number
    for (const change of [{ living_area: nan }, { tax_annual_amount: nan }, { distance_from_beach: nan }]) {
      const { error } = await broker.from('mls_listings').update(change).eq('id', draft)
      expect([change, error?.code]).toEqual([change, '23514'])
    }
  })
})
