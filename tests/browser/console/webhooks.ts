import { expect } from 'vitest'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { startReceiver } from '../../support/receiver.ts'

/**
 * An administrator of a market subscribes an address for a client, tries it, changes the secret, pauses and ends it. What
 * the page told, and what arrived with a right signature.
 */
export async function keepsSubscriptions(console: ConsoleUnderTest) {
  let secret = ''
  const receiver = await startReceiver(() => secret)
  const { host } = new URL(receiver.url)
  const visit = await console.open('org_admin_cy', 'webhooks')
  const { page } = visit
  try {
    const form = page.locator('form').filter({ has: page.getByLabel('Address (https)') })
    const subscribe = async (address: string) => {
      await form.getByLabel('Client').fill('portal_cy')
      await form.getByLabel('Address (https)').fill(address)
      await form.getByRole('button', { name: 'Subscribe an address' }).click()
    }
    const shownSecret = async () => {
      const dialog = page.getByRole('dialog', { name: 'The secret' })
      const text = await dialog.getByLabel('secret').inputValue()
      await dialog.getByRole('button', { name: 'Close' }).click()
      await dialog.waitFor({ state: 'detached' })
      return text
    }

    // a refusal says why, and what was typed stays
    await subscribe('https://10.0.0.1/hook?key=1')
    const refused = await page.getByRole('alert').first().textContent()
    const kept = await form.getByLabel('Address (https)').inputValue()

    await subscribe(`${receiver.url}?key=hidden`)
    secret = await shownSecret()
    const row = page.getByRole('row').filter({ hasText: host })
    await row.getByText('active', { exact: true }).waitFor()
    const press = (name: string) =>
      row.getByRole('button', { name: `${name}: portal_cy ${host}`, exact: true }).click()
    await press('Send a test')
    await page.getByText('The test arrived: 204.').waitFor()

    const first = secret
    await press('New secret')
    secret = await shownSecret()
    await press('Send a test')
    await expect.poll(() => receiver.received.length).toBe(2)

    await press('Messages')
    const messages = page.getByRole('region', { name: `Messages of 30 days: portal_cy ${host}` })
    await expect.poll(() => messages.getByText('Delivered').count()).toBe(2)
    await visit.screenshot('webhooks')

    receiver.answers(() => 500)
    await press('Send a test')
    await page.getByText('The test did not arrive').waitFor()

    await press('Pause')
    await row.getByText('paused by an operator').waitFor()
    const withTest = await row.getByRole('button', { name: 'Send a test' }).count()
    await press('Enable')
    await row.getByText('active', { exact: true }).or(row.getByText('failing', { exact: true })).waitFor()
    const hidden = !(await page.locator('body').innerText()).includes('key=hidden')

    await press('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await row.waitFor({ state: 'detached' })
    return {
      refused: refused?.includes('private'),
      kept,
      secrets: [first, secret].every((one) => one.startsWith('whsec_')) && first !== secret,
      signed: receiver.received.map(({ isSigned }) => isSigned),
      withTest,
      hidden,
      faults: visit.faults,
    }
  } finally {
    await visit.close()
    await receiver.close()
  }
}
