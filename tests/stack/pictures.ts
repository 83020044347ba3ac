import type { Page } from 'playwright-core'
import type pg from 'pg'
import { accessToken } from '../../scripts/stack/access-token.ts'
import type { Status } from '../../scripts/stack/status.ts'
import { startChromium } from '../support/browser.ts'
import { deadOnes, findPictures, syndicateToAllFormats } from '../support/crawl.ts'
import { tellingFiles } from '../support/telling-files.ts'

/** What the demo shows of its pictures, to programs and to people; steps of demo.test.ts. */

/**
 * Until no picture waits any more, and what the worker has done with is deleted: the seconds since the start that found
 * nothing; undefined where five minutes do not do.
 */
export async function untilPicturesAreThere(database: pg.Client): Promise<number | undefined> {
  const began = performance.now()
  while (performance.now() - began < 300_000) {
    const { rows: [row] } = await database.query(
      `select (select count(*) from public.mls_media_jobs) + (
         select count(*) from storage.objects where bucket_id = 'mls-originals') as waiting`,
    )
    if (Number(row.waiting) === 0) return Math.round((performance.now() - began) / 1000)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return undefined
}

/** Seconds from the arrival of the records of pictures to the last copy with its sizes, a restart of the stack in between included. */
export async function secondsToPictures(database: pg.Client): Promise<number> {
  const { rows: [row] } = await database.query(
    `select extract(epoch from max(m.file_changed_at) - min(m.created_at))::int as seconds
     from public.mls_listing_media m where m.copy_status = 'stored'`,
  )
  return row.seconds
}

/** How many pictures the doors of the demo offer, who offers none, which addresses open none, and which pictures tell too much. */
export async function crawlDemo(
  { api_url, functions_url, publishable_key, secret_key, clients }: Status,
  database: pg.Client,
) {
  const feeds = Object.values(await syndicateToAllFormats(database))
  await runJobOf({ functions_url, secret_key }, 'feeds')
  const pictures = await findPictures({
    apiUrl: api_url,
    functionsUrl: functions_url,
    publishableKey: publishable_key,
    token: await accessToken(functions_url, clients.partner_all!),
    feeds,
  })
  const doors = new Set([...pictures.values()].flatMap((names) => [...names]))
  return {
    count: pictures.size,
    silent: ['odata', 'website', ...feeds].filter((door) => !doors.has(door)),
    dead: await deadOnes(pictures),
    telling: await tellingFiles(
      [...pictures.keys()].filter((address) => /\.(webp|jpe?g|png)$/.test(address)),
    ),
  }
}

/** What changes while the job of pictures runs twice, and the one that compares Storage with the rows. */
export async function runAgain({ functions_url, secret_key }: Status, database: pg.Client) {
  const state = async () =>
    (await database.query(`
      select (select count(*)::int from public.mls_entity_events where resource = 'Media') as events,
        (select max(updated_at) from public.mls_listing_media) as changed,
        (select count(*)::int from public.mls_media_files) as files,
        (select count(*)::int from public.mls_media_jobs) as jobs,
        (select count(*)::int from storage.objects where bucket_id in ('mls-public', 'mls-originals')) as objects`))
      .rows[0]
  const before = await state()
  for (const job of ['media', 'media_cleanup', 'media']) {
    await runJobOf({ functions_url, secret_key }, job)
  }
  return { before, after: await state() }
}

async function runJobOf(
  { functions_url, secret_key }: Pick<Status, 'functions_url' | 'secret_key'>,
  job: string,
) {
  const answer = await fetch(`${functions_url}/egress/run`, {
    method: 'POST',
    headers: { apikey: secret_key },
    body: JSON.stringify({ job }),
  })
  await answer.body?.cancel()
}

/** Photos as a broker sees them at a listing, and anybody on the website. */
export async function seeInBrowser(chromium: string, { api_url }: Status, database: pg.Client) {
  const { rows: [listing] } = await database.query(
    `select l.id, l.photos_count from public.mls_listings l join public.mls_tenants t on t.id = l.tenant_id
     where t.code = 'CY' and l.claimed_at is null and l.photos_count > 2 order by l.seq limit 1`,
  )
  const browser = await startChromium(chromium)
  try {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(`${api_url}/console/`)
    await page.getByRole('button', { name: /^broker cy/i }).click()
    await page.getByRole('navigation').waitFor()
    await page.goto(`${api_url}/console/listings/${listing.id}?tab=photos`)
    const ofListing = await drawn(page, '/storage/v1/')
    await page.goto(`${api_url}/console/website`)
    const ofSearch = await drawn(page, '/storage/v1/')
    const home = page.locator('h2 a').first()
    const address = new URL((await home.getAttribute('href'))!, page.url()).href
    await home.click()
    await page.waitForURL(address)
    const ofHome = await drawn(page, '/storage/v1/')
    return { ofListing, ofSearch, ofHome }
  } finally {
    await browser.close()
  }
}

/** Pictures of a page that have been drawn, and those that never were; all are brought into sight, one after the other. */
async function drawn(page: Page, path: string): Promise<{ drawn: boolean; broken: string[] }> {
  await page.locator(`img[src*="${path}"]`).first().waitFor()
  const broken: string[] = []
  const images = await page.locator('img').all()
  for (const image of images) {
    await image.scrollIntoViewIfNeeded()
    const handle = await image.elementHandle()
    const isDrawn = await page.waitForFunction(
      (element) => (element as HTMLImageElement).complete && (element as HTMLImageElement).naturalWidth > 0,
      handle,
    ).then(() => true, () => false)
    if (!isDrawn) broken.push(await image.getAttribute('src') ?? '')
  }
  return { drawn: images.length > 0, broken }
}
