import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { settled } from './pages.ts'

const refuse = (page: Page) =>
  page.route('**/rest/v1/**', (route) =>
    route.fulfill({
      status: 401,
      json: { code: 'PGRST303', message: 'JWT expired', details: null, hint: null },
    }))

const signIn = async (page: Page, password: string) => {
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** A note that is refused for an ended session, a listing being made while the network is away: what is then in the form. */
export async function keepsWhatWasWritten(console: ConsoleUnderTest) {
  const { hub } = console
  const { rows } = await hub.pool.query<{ id: string }>(
    `select id from mls_listings where broker_id = $1 and status = 'DRAFT' limit 1`,
    [hub.users.broker_cy!.id],
  )
  const visit = await console.open('broker_cy', `listings/${rows[0]!.id}?tab=talk`)
  const { page } = visit
  const note = page.getByLabel('New note')
  await note.fill('Half of a note')
  await refuse(page)
  await page.getByRole('button', { name: 'Add note' }).click()
  await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
  await page.unroute('**/rest/v1/**')
  await signIn(page, hub.users.broker_cy!.password)
  const refused = await note.inputValue()
  await page.getByRole('button', { name: 'Add note' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Half of a note' }).waitFor()
  // the list may show the note before the form hears that it was taken
  await expect.poll(() => note.inputValue()).toBe('')

  // an action of a dialog waits for the network, and is done when it is back
  await visit.goto('/board')
  await page.getByRole('button', { name: 'New listing' }).click()
  const dialog = page.getByRole('dialog', { name: 'New listing' })
  await dialog.getByLabel('Name').fill('Made without a network')
  await dialog.getByLabel('City').fill('Paphos')
  await page.context().setOffline(true)
  await dialog.getByRole('button', { name: 'New listing' }).click()
  await page.getByText('You are offline.').waitFor()
  const typed = await dialog.getByLabel('Name').inputValue()
  await page.context().setOffline(false)
  await page.getByRole('heading', { level: 1, name: 'Made without a network' }).waitFor()
  await visit.close()
  return { refused, typed }
}

/** One person in two tabs signs out in one of them; then somebody else signs in there: what the other and the next one see. */
export async function keepsPeopleApart(console: ConsoleUnderTest) {
  const { hub } = console
  const visit = await console.open('broker_hu', 'inbox')
  const { page } = visit
  await page.locator('li[aria-posinset="1"]').getByRole('link').first().waitFor()
  const mine = await page.locator('li[aria-posinset="1"]').getByRole('link').first().innerText()
  const other = await page.context().newPage()
  await other.goto(`${hub.apiUrl}/console/access`)
  await other.getByRole('navigation').waitFor()
  await page.evaluate(() => sessionStorage.setItem('mls-console-draft-x', '{"name":"secret"}'))

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to the MLS hub' }).waitFor()
  const draft = await page.evaluate(() => sessionStorage.getItem('mls-console-draft-x'))
  await other.getByRole('dialog', { name: 'Your session has ended' }).waitFor()

  // what the first has read is not shown to the next, not even for the moment until it is read anew
  await page.route('**/rest/v1/listing_inbox*', () => {})
  await page.getByRole('button', { name: /^manager cy/i }).click()
  await page.getByRole('navigation').waitFor()
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  const left = await page.getByText(mine).count()

  // and in the other tab there is now the other person
  await other.getByText('manager.cy@demo.example').waitFor()
  const asks = await other.getByRole('dialog').count()
  await visit.close()
  return { draft, left, asks }
}

/** A tab that was open while a newer build replaced the parts of the page: whether it goes on by itself. */
export async function outlivesANewBuild(console: ConsoleUnderTest) {
  const visit = await console.open('system_admin', 'access')
  const { page } = visit
  let gone = true
  await page.route(
    /\/assets\/(feeds|clock)-.*\.js$/,
    (route) => gone ? route.fulfill({ status: 404, body: 'gone' }) : route.continue(),
  )
  const loaded = page.waitForEvent('load')
  await visit.goto('/feeds')
  await loaded
  gone = false
  await page.goto(`${console.hub.apiUrl}/console/clock`)
  await settled(page)
  const title = await page.getByRole('heading', { level: 1 }).innerText()
  await visit.close()
  return { title }
}
