import { expect } from 'vitest'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { settled } from './pages.ts'

/** Two people in two browsers press "Claim" at one listing; what each is told, and whose it is. */
export async function raceForAListing(console: ConsoleUnderTest) {
  const { rows } = await console.hub.pool.query<{ id: string; ref: string }>(
    `select l.id, l.ref from mls_listings l join mls_tenants t on t.id = l.tenant_id
     where t.code = 'CY' and claimed_at is null and not origin_deleted order by seq limit 1`,
  )
  const { id, ref } = rows[0]!
  const visits = await Promise.all(
    ['broker_cy', 'manager_cy'].map((user) => console.open(user, `inbox?q=${ref}`)),
  )
  const buttons = visits.map(({ page }) => page.getByRole('button', { name: `Claim ${ref}`, exact: true }))
  await Promise.all(buttons.map((button) => button.waitFor()))
  await Promise.all(buttons.map((button) => button.click()))
  const told = await Promise.all(
    visits.map(({ page }) => page.locator('[data-sonner-toast]').first().textContent()),
  )
  const { rows: [held] } = await console.hub.pool.query('select broker_id from mls_listings where id = $1', [
    id,
  ])
  await Promise.all(visits.map((visit) => visit.close()))
  return {
    winners: told.filter((text) => text?.includes(`${ref} is yours now.`)).length,
    losers: told.filter((text) => text?.includes('was faster and has claimed it.')).length,
    held: held.broker_id !== null,
  }
}

/** The session ends, the network goes, while a form is half filled: what is in the form afterwards, and in the hub. */
export async function keepsAHalfFilledForm(console: ConsoleUnderTest) {
  const { hub } = console
  const { rows } = await hub.pool.query<{ id: string }>(
    'select id from mls_listings where broker_id = $1 and status = $2 limit 1',
    [hub.users.broker_cy!.id, 'DRAFT'],
  )
  const { id } = rows[0]!
  const visit = await console.open('broker_cy', `listings/${id}`)
  const { page } = visit
  const field = page.getByLabel('Short description')
  await field.fill('Half of a sentence')

  await page.context().setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await page.context().setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'detached' })

  // a token that the hub no longer takes, as after an hour away
  await page.route(
    '**/rest/v1/**',
    (route) =>
      route.fulfill({
        status: 401,
        json: { code: 'PGRST303', message: 'JWT expired', details: null, hint: null },
      }),
  )
  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.waitFor()
  await page.unroute('**/rest/v1/**')
  await dialog.getByLabel('Password').fill(hub.users.broker_cy!.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'detached' })
  const afterwards = await field.inputValue()

  await page.reload()
  await settled(page)
  const reloaded = await field.inputValue()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await expect.poll(async () => {
    const { rows } = await hub.pool.query('select short_description from mls_listings where id = $1', [id])
    return rows[0].short_description
  }).toBe('Half of a sentence')
  await visit.close()
  return { afterwards, reloaded }
}

/** What must not be run or drawn as anything but text. */
const hostile = [
  '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>',
  '\u202Egnp.exe\u202C \u2066rtl\u2069 "quotes" \'and\' {{braces}} ${more}',
  'x'.repeat(10_000),
]

export async function showsHostileTexts(console: ConsoleUnderTest) {
  const { hub } = console
  const { rows } = await hub.pool.query<{ id: string }>(
    `select id from mls_listings where broker_id = $1 and status = 'PHOTOS_PENDING' limit 1`,
    [hub.users.broker_cy!.id],
  )
  const { id } = rows[0]!
  await hub.pool.query(
    'update mls_listings set name = $2, public_remarks = $3, city = $4, street = $2 where id = $1',
    [id, hostile[0]!.slice(0, 150), hostile[2], hostile[1]],
  )
  await hub.pool.query(
    `insert into mls_listing_notes (tenant_id, listing_id, author_id, body)
     select tenant_id, id, broker_id, unnest($2::text[]) from mls_listings where id = $1`,
    [id, hostile],
  )
  const visit = await console.open('broker_cy', `listings/${id}?tab=talk`)
  const { page } = visit
  await page.getByText(hostile[1]!).first().waitFor()
  const places = ['', '?tab=source', '?tab=talk', '?tab=moves'].map((tab) => `/listings/${id}${tab}`)
  const overflow: string[] = []
  for (const path of [...places, '/board', '/inbox', '/map']) {
    await visit.goto(path)
    await settled(page)
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1)) overflow.push(path)
  }
  const pwned = await page.evaluate(() => 'pwned' in globalThis)
  const drawn = await page.locator('main img[src="x"]').count()
  const { faults } = visit
  await visit.close()
  return { pwned, drawn, overflow, faults }
}
