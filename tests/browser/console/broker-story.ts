import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { ConsoleUnderTest } from '../../support/console.ts'

const patience = { timeout: 15_000 }

/**
 * The story of a new user, as the console's pages allow it: the broker claims and enriches, the manager approves, the
 * broker publishes, the operator sends what is due. Answers what is then seen outside.
 */
export async function publishWithoutTerminal(console: ConsoleUnderTest) {
  const { hub } = console
  const broker = await console.open('broker_cy', 'inbox?status=Active&badge=NEW')
  const { page } = broker
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  await broker.screenshot('inbox')
  const ref = await claimComplete(page)

  const text = `A garden above the bay, ${ref}`
  await page.getByLabel('Description', { exact: true }).fill(text)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await broker.screenshot('listing')

  await page.getByRole('tab', { name: 'Steps and approvals' }).click()
  await page.getByRole('heading', { name: 'Checklist' }).waitFor()
  const steps = page.getByRole('group').getByRole('checkbox')
  await steps.first().waitFor()
  for (let at = 0; at < await steps.count(); at++) {
    await steps.nth(at).check()
    await expect.poll(() => steps.nth(at).isEnabled(), patience).toBe(true)
  }
  await upload(page, 'Contract of sale')
  await upload(page, 'Signed listing agreement')
  for (const approval of ['Due diligence', 'Marketing']) {
    await page.getByRole('button', { name: `Ask for approval: ${approval}` }).click()
    await page.getByRole('button', { name: `Ask for approval: ${approval}` }).waitFor({ state: 'detached' })
  }
  await broker.screenshot('listing-steps')

  const manager = await console.open('manager_cy', 'approvals')
  await approveAll(manager.page, ref)
  await manager.screenshot('approvals')

  await page.getByRole('tab', { name: 'Price and status' }).click()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText('Published. Portals follow').waitFor()
  await broker.screenshot('listing-published')

  await page.getByRole('tab', { name: 'Where it is shown' }).click()
  await page.getByRole('heading', { name: 'Where it is shown' }).waitFor()
  await page.getByText('HomesOverseas').waitFor()
  for (const portal of ['HomesOverseas', 'SIR Global (Dash)']) {
    const show = page.getByRole('button', { name: `Show there: ${portal}` })
    if (await show.count()) await show.click()
  }
  const shown = page.getByRole('listitem').filter({ hasText: 'HomesOverseas' }).getByText('Shown', {
    exact: false,
  })
  await shown.waitFor()
  await broker.screenshot('listing-portals')

  await sendWhatIsDue(console)
  const dash = await fetch(`${hub.sandboxDashUrl}/sandbox/listings`).then((answer) => answer.json())
  const feed = await fetch(`${hub.functionsUrl}/export/homesoverseas.xml`).then((answer) => answer.text())
  const inDash = (dash as { statusCode?: string }[]).find((one) => JSON.stringify(one).includes(text))
    ?.statusCode
  const seen = {
    shown: await shown.isVisible(),
    inFeed: feed.includes(`<ref>${ref}</ref>`),
    inDash,
    foreign: [...broker.foreign, ...manager.foreign],
    faults: [...broker.faults, ...manager.faults],
  }
  await Promise.all([broker.close(), manager.close()])
  return seen
}

/** Claims the first home in the inbox that lacks nothing; its reference. */
async function claimComplete(page: Page): Promise<string> {
  const row = page.getByRole('listitem').filter({ hasText: '100 %' }).filter({ hasText: 'Home for sale' })
    .filter({ hasText: 'QOBRIX' }).first()
  const button = row.getByRole('button', { name: /^Claim / })
  const ref = (await button.getAttribute('aria-label'))!.replace('Claim ', '')
  await button.click()
  await page.getByRole('heading', { name: ref }).waitFor()
  return ref
}

async function upload(page: Page, type: string): Promise<void> {
  const name = `${type}.pdf`
  await page.getByLabel(`Upload: ${type}`).setInputFiles({
    name,
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
  })
  await page.getByRole('button', { name }).waitFor()
}

async function approveAll(page: Page, ref: string): Promise<void> {
  const waiting = page.getByRole('listitem').filter({ hasText: ref })
  await expect.poll(() => waiting.count(), patience).toBe(4) // two documents, two requests
  for (let left = await waiting.count(); left > 0; left--) {
    await waiting.first().getByRole('button', { name: 'Approve' }).click()
    await expect.poll(() => waiting.count(), patience).toBe(left - 1)
  }
}

/** As the operator does who does not want to wait for the clock. */
async function sendWhatIsDue(console: ConsoleUnderTest): Promise<void> {
  const operator = await console.open('system_admin', 'deliveries')
  const { page } = operator
  await page.getByRole('button', { name: 'Send what is due now' }).click()
  await page.getByText('Done: deliveries.').waitFor()
  await operator.screenshot('deliveries')
  await operator.goto('/clock')
  await page.getByRole('button', { name: 'Run feeds now' }).click()
  await page.getByText('Done: feeds.').waitFor()
  await operator.close()
}
