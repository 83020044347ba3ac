import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../support/browser.ts'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { publishWithoutTerminal } from './console/broker-story.ts'
import { settled, violations } from './console/pages.ts'

/** The console as people use it: one hub with the demo brokerage for all of its pages. */
let console: ConsoleUnderTest

describe.skipIf(!findChromium())('the console', () => {
  beforeAll(async () => {
    console = await startConsole()
  })
  afterAll(() => console?.stop())

  it('takes a listing from the inbox to portals, without a terminal', async () => {
    const seen = await publishWithoutTerminal(console)
    expect(seen).toEqual({ shown: true, inFeed: true, inDash: 'AC', foreign: [], faults: [] })
  })

  it.each(['light', 'dark'] as const)('has no fault that axe-core finds, %s', async (colorScheme) => {
    const visit = await console.open('system_admin', '', { colorScheme })
    const { page } = visit
    const found: Record<string, string[]> = {}
    const pages = (await import('./console/pages.ts')).groups.flatMap(({ places }) =>
      places.map(({ to }) => to)
    )
    for (const path of [...pages, '/access', '/sources/demo', await listingPath(console)]) {
      await visit.goto(path)
      await settled(page)
      const faults = await violations(page)
      if (faults.length) found[path] = faults
      if (colorScheme === 'light') {
        await visit.screenshot(`page-${path.split('/').filter(Boolean).join('-').slice(0, 30)}`)
      }
    }
    expect(found).toEqual({})
    expect({ foreign: visit.foreign, faults: visit.faults }).toEqual({ foreign: [], faults: [] })
    await visit.close()
  })
})

/** A claimed listing of the Cypriot broker. */
async function listingPath({ hub }: ConsoleUnderTest): Promise<string> {
  const { rows } = await hub.pool.query<{ id: string }>(
    `select id from mls_listings where claimed_at is not null and status = 'MARKETING_REVIEW' limit 1`,
  )
  return `/listings/${rows[0]!.id}`
}
