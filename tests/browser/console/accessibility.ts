import process from 'node:process'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { groups, settled, violations } from './pages.ts'

const all = ['source', 'photos', 'steps', 'moves', 'portals', 'talk', 'history']

/** A page of each kind: all of them take a minute, MLS_TEST_LONG=1 tries those. */
const some = ['/inbox', '/board', '/approvals', '/dashboard', '/sources', '/clock', '/settings']

/** What axe-core finds on each page, in both themes; and whether a page called elsewhere or threw. */
export async function accessibility(console: ConsoleUnderTest) {
  const visit = await console.open('system_admin', '', { colorScheme: 'light' })
  const { page } = visit
  const found: Record<string, string[]> = {}
  const long = !!process.env.MLS_TEST_LONG
  const pages = groups.flatMap(({ places }) => places.map(({ to }) => to)).filter((to) =>
    long || some.includes(to)
  )
  const listing = await listingPath(console)
  const tabs = (long ? all : ['moves']).map((tab) => `${listing}?tab=${tab}`)
  for (const path of [...pages, '/access', listing, ...tabs]) {
    await visit.goto(path)
    await settled(page)
    const light = await violations(page)
    if (long) await visit.screenshot(`page${path.replace(/[^a-z]+\d[^?]*/, '').replace(/[^a-z]+/g, '-')}`)
    await page.evaluate(() => document.documentElement.classList.add('dark'))
    const dark = await violations(page, ['color-contrast'])
    await page.evaluate(() => document.documentElement.classList.remove('dark'))
    if (light.length || dark.length) found[path] = [...light, ...dark]
  }
  const { foreign, faults } = visit
  await visit.close()
  return { found, foreign, faults }
}

/** A claimed listing of the Cypriot broker. */
async function listingPath({ hub }: ConsoleUnderTest): Promise<string> {
  const { rows } = await hub.pool.query<{ id: string }>(
    `select id from mls_listings where claimed_at is not null and status = 'MARKETING_REVIEW' limit 1`,
  )
  return `/listings/${rows[0]!.id}`
}
