import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { ConsoleUnderTest } from '../../support/console.ts'

const amount = 10_000

/** So many unclaimed Hungarian listings beside those of the demo; how many there are then. */
async function fillInbox({ hub }: ConsoleUnderTest): Promise<number> {
  const connection = await hub.pool.connect()
  try {
    await connection.query('begin')
    // nothing is served or sent of them: they are to stand in a list
    await connection.query('alter table public.mls_listings disable trigger user')
    await connection.query(
      `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status, city,
         property_type, list_price, currency_code, bedrooms, name, source_standard_status, created_at, latitude, longitude)
       select t.id, 'SHARPSIR-HU-001', 'QOBRIX', 'QOBRIX_MANY' || n, 'MANY-' || n, 'INGESTED', 'Szeged',
         'Residential', 100000 + n, 'EUR', 3, 'Home ' || n, 'Active', now(), 46 + n * 37 % 10000 / 50000.0, 20 + n * 53 % 10000 / 50000.0
       from public.mls_tenants t, generate_series(1, $1::int) n where t.code = 'HU'`,
      [amount],
    )
    await connection.query('alter table public.mls_listings enable trigger user')
    await connection.query('commit')
    await connection.query('analyze public.mls_listings') // as autovacuum does within a minute
    const { rows: [row] } = await connection.query<{ count: string }>(
      `select count(*) from mls_listings l join mls_tenants t on t.id = l.tenant_id where t.code = 'HU' and claimed_at is null`,
    )
    return Number(row!.count)
  } finally {
    connection.release()
  }
}

/** The inbox with ten thousand rows: what it counts, what of it stands in the page, where one gets by walking and by dragging. */
export async function scrollsManyRows(console: ConsoleUnderTest) {
  const total = await fillInbox(console)
  const visit = await console.open('broker_hu', 'inbox')
  const { page } = visit
  const asked: number[] = []
  page.on('response', async (response) => {
    if (response.request().method() !== 'GET' || !response.url().includes('listing_inbox')) return
    asked.push((await response.json() as unknown[]).length)
  })
  await page.getByText(`${total.toLocaleString('en')} listings`).waitFor()
  await rowAt(page, 1).getByRole('link').first().waitFor()
  const drawnAtFirst = await drawn(page)

  // by keyboard: each step focuses the next row, and the list follows
  await rowAt(page, 1).getByRole('link').first().focus()
  for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowDown')
  await rowAt(page, 31).getByRole('link').first().and(page.locator(':focus')).waitFor()

  // the row with the focus stays while the list is scrolled past it
  const list = page.getByRole('region', { name: 'Inbox' })
  await list.evaluate((box) => box.scrollTo(0, 0))
  await rowAt(page, 1).waitFor()
  const focused = await page.evaluate(() =>
    document.activeElement?.closest('[data-index]')?.getAttribute('aria-posinset')
  )

  // dragged to its end, it reads on from there
  const last = rowAt(page, total).getByRole('link').first()
  await expect.poll(async () => {
    await list.evaluate((box) => box.scrollTo(0, box.scrollHeight))
    return await last.count()
  }).toBe(1)
  const drawnAtEnd = await drawn(page)
  const oldest = await last.textContent()
  const lost = await page.evaluate(() => document.activeElement === document.body)
  const answers = [...asked]

  // filters count what they leave, and forget where one was
  await page.getByLabel('Search', { exact: true }).fill('MANY-777')
  await page.getByText('11 listings').waitFor() // MANY-777 and MANY-7770 to MANY-7779
  const filtered = await drawn(page)
  const { rows: [first] } = await console.hub.pool.query<{ ref: string }>(
    `select l.ref from mls_listings l join mls_tenants t on t.id = l.tenant_id
     where t.code = 'HU' and claimed_at is null order by seq limit 1`,
  )
  await visit.close()
  return {
    fewDrawn: Math.max(drawnAtFirst, drawnAtEnd) < 40,
    focused,
    lost,
    endsWithTheOldest: oldest?.startsWith(first!.ref),
    fewAsked: answers.length < 8 && Math.max(...answers) <= 500,
    filtered,
    faults: visit.faults,
  }
}

const rowAt = (page: Page, place: number) => page.locator(`li[aria-posinset="${place}"]`)
const drawn = (page: Page) => page.locator('li[aria-posinset]').count()
