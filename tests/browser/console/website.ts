import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { misfits } from './overflow.ts'
import { violations } from './pages.ts'

/** Homes of a town that nobody else has, on a grid of two kilometres, beside those of the demo. */
const amount = 60
const town = 'Alykes'

async function fillWebsite({ hub }: ConsoleUnderTest): Promise<void> {
  await hub.pool.query(
    `insert into mls.website_listings (id, market, ref, status, property_type, name, price, currency_code, city, country,
       latitude, longitude, bedrooms, living_area, photos, published_at, updated_at)
     select l.id, 'CY', 'WEB-' || n, 'PUBLISHED', 'Residential', 'Villa ' || n, 100000 * (1 + n % 6), 'EUR', $1, 'CY',
       35 + (n % 8) * 0.02, 32.5 + (n / 8) * 0.02, 1 + n % 4, 90, '[]', now(), now()
     from (select id, row_number() over (order by seq) - 1 as n from public.mls_listings
       where id not in (select id from mls.website_listings) order by seq limit $2) l
     on conflict do nothing`,
    [town, amount],
  )
}

const found = (page: Page, count: number) => page.getByText(`${count} homes`, { exact: true }).waitFor()
const number = async ({ hub }: ConsoleUnderTest, condition: string) =>
  Number(
    (await hub.pool.query(`select count(*) from public.listings_public where ${condition}`)).rows[0].count,
  )
const clusterSum = async (page: Page) => {
  const names = await page.locator('.maplibregl-marker').evaluateAll((all) =>
    all.map((one) => one.getAttribute('aria-label'))
  )
  return names.reduce((sum, name) => sum + parseInt(name!), 0)
}

export async function findsHomes(console: ConsoleUnderTest) {
  await fillWebsite(console)
  // with the motion that most visitors see
  const visit = await console.openUnknown('website', { reducedMotion: 'no-preference' })
  const { page } = visit
  const asked = new Set<string>()
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (/^\/console\//.test(pathname)) return
    asked.add(`${pathname.replace(/(similar)\/.*/, '$1')} ${request.headers().authorization ?? 'nobody'}`)
  })
  await page.reload()
  const all = await number(console, 'true')
  await found(page, all)

  // by choice, each with its count, page by page to the end
  await page.getByLabel('City').selectOption({ label: `${town} (${amount})` })
  await found(page, amount)
  const tiles = page.locator('main li h2')
  const steps = [await tiles.count()]
  const more = page.getByRole('button', { name: 'Show more' })
  while (await more.isVisible()) {
    await more.click()
    await expect.poll(() => tiles.count()).toBeGreaterThan(steps.at(-1)!)
    steps.push(await tiles.count())
  }
  const distinct = new Set(await tiles.allTextContents()).size

  await page.getByLabel('Price to').fill('300000')
  await page.keyboard.press('Enter')
  await found(page, 30)
  await page.getByLabel('Order').selectOption('-price')
  await page.locator('main li:nth-child(10) p', { hasText: '€300,000' }).waitFor()
  await page.getByLabel('Bedrooms from').fill('4')
  await page.keyboard.press('Enter')
  await found(page, await number(console, `city = '${town}' and price <= 300000 and bedrooms >= 4`))
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await found(page, all)

  // by words: a place in another script is offered, and what is taken is in the address
  await page.getByLabel('Search', { exact: true }).fill('λεμ')
  await page.locator('datalist option[value="Limassol"]').waitFor({ state: 'attached' })
  await page.getByLabel('Search', { exact: true }).fill('alyk villa')
  await page.keyboard.press('Enter')
  await found(page, amount)
  const address = new URL(page.url()).searchParams.get('words')

  // by map: groups count what is found; nearer, the list is of what is in sight
  await page.getByRole('button', { name: 'Map' }).click()
  await page.locator('[data-ready=true]').waitFor()
  await expect.poll(() => clusterSum(page)).toBe(amount)
  await visit.screenshot('website-map')
  await page.locator('.maplibregl-marker').first().click()
  await page.waitForURL(/box=/)
  await page.locator('[aria-live][aria-busy=false]').waitFor()
  const inSight = parseInt((await page.locator('[aria-live]').textContent())!)
  const [west, south, east, north] = new URL(page.url()).searchParams.get('box')!.split(',').map(Number)
  const inBox = await number(
    console,
    `city = '${town}' and longitude between ${west} and ${east} and latitude between ${south} and ${north}`,
  )
  await expect.poll(() => clusterSum(page)).toBe(inBox)
  await page.getByRole('button', { name: 'Everywhere' }).click()
  await found(page, amount)

  // and the way back from a home leads to the search
  await tiles.first().getByRole('link').click()
  await page.getByRole('heading', { name: 'Similar homes' }).waitFor()
  await visit.screenshot('website-home')
  await page.getByRole('link', { name: 'Back to the search' }).click()
  await found(page, amount)
  await visit.close()
  return {
    seen: {
      steps,
      distinct,
      address,
      inSight,
      isNearer: inSight < amount,
      asked: [...asked].toSorted(),
      foreign: visit.foreign,
      faults: visit.faults,
    },
    wanted: {
      steps: [24, 48, 60],
      distinct: amount,
      address: 'alyk villa',
      inSight: inBox,
      isNearer: true,
      asked: ['listings', 'similar', 'suggest'].map((path) => `/functions/v1/search/${path} nobody`),
      foreign: [],
      faults: [],
    },
  }
}

const hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\u202E'

export async function hidesWhatIsHidden(console: ConsoleUnderTest) {
  const { hub } = console
  const { rows } = await hub.pool.query<{ id: string }>(
    `select l.id from mls_listings l join mls.website_listings w on w.id = l.id
     where l.status = 'PUBLISHED' and l.latitude is not null order by l.seq limit 3`,
  )
  const [hidden, strange, withdrawn] = rows.map(({ id }) => id)
  await hub.pool.query(
    `update mls_listings set hide_address_online = true, street = 'Kryfi 17', name = 'Shy home' where id = $1`,
    [hidden],
  )
  await hub.pool.query(
    'update mls_listings set name = $2, public_remarks = $3, city = $2 where id = $1',
    [strange, hostile, `${hostile}${'x'.repeat(10_000)}`],
  )
  await hub.pool.query('update mls_listings set hide_listing_online = true where id = $1', [withdrawn])
  const visit = await console.openUnknown(`website/${hidden}`)
  const { page } = visit
  await page.getByRole('heading', { name: 'Shy home' }).waitFor()
  const street = await page.getByText('Kryfi').count()
  const described = (await page.locator('script[type="application/ld+json"]').textContent())!
  await page.locator('dl').waitFor()
  const similar = await page.getByText('Kryfi').count() === 0
  await visit.goto('/website?words=kryfi')
  await found(page, 0)
  const byWords = await page.locator('main li h2').count()

  let gone = 0
  for (const id of [withdrawn, "' or 1 eq 1 or ListingKey eq '"]) {
    await visit.goto(`/website/${encodeURIComponent(id!)}`)
    await page.getByText('This home is not offered any more.').waitFor()
    gone++
  }

  await visit.goto(`/website/${strange}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const data = (await page.locator('script[type="application/ld+json"]').textContent())!
  const structured = !data.includes('</script>') && JSON.parse(data).name === hostile
  const injected: string[] = []
  for (
    const query of [
      `city=${encodeURIComponent("x' or 1 eq 1 or City eq '")}&beds=1e999&box=here&min=-5&sort=;drop&zoom=x`,
      `words=${encodeURIComponent(`${'x'.repeat(5_000)}`)}&country=${encodeURIComponent(hostile)}`,
    ]
  ) {
    await visit.goto(`/website?map=1&${query}`)
    await page.locator('[aria-live][aria-busy=false]').waitFor()
    await found(page, 0)
    injected.push((await page.locator('[aria-live]').textContent())!)
  }
  await visit.goto('/website')
  await page.getByLabel('City').waitFor()
  const pwned = await page.evaluate(() => 'pwned' in globalThis)
  const drawn = await page.locator('main img[src="x"]').count()
  await visit.close()
  return {
    street,
    place: described.includes('"geo"'),
    described: described.includes('Kryfi'),
    found: byWords,
    similar,
    gone,
    pwned,
    drawn,
    structured,
    injected,
    faults: visit.faults,
  }
}

/** What axe-core finds and what does not fit, on a telephone and a desk, in every language. */
export async function fitsVisitors(console: ConsoleUnderTest): Promise<string[]> {
  const amiss: string[] = []
  const { rows } = await console.hub.pool.query<{ id: string }>(
    `select id from mls.website_listings where jsonb_array_length(photos) > 1 limit 1`,
  )
  for (const locale of ['en', 'ru', 'hu', 'el', 'kk']) {
    const visit = await console.openUnknown('website', { locale, viewport: { width: 360, height: 800 } })
    const { page } = visit
    for (const path of ['/website', `/website/${rows[0]!.id}`]) {
      await visit.goto(path)
      await page.locator('main li h2').first().waitFor()
      amiss.push(...(await page.evaluate(misfits)).map((fault) => `${locale} ${path}: ${fault}`))
      if (locale !== 'en') continue
      amiss.push(...await violations(page))
      await page.evaluate(() => document.documentElement.classList.add('dark'))
      amiss.push(...await violations(page, ['color-contrast']))
      await page.evaluate(() => document.documentElement.classList.remove('dark'))
    }
    await visit.close()
  }
  return amiss
}
