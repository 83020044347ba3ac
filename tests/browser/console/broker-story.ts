import { expect } from 'vitest'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { Keyboard, throughADialog } from './keyboard.ts'

/**
 * The story of a new user, as the console's pages allow it: the broker claims and enriches, the manager approves, the
 * broker publishes, the operator sends what is due. From the inbox to the portals nobody touches a mouse. Answers what is
 * then seen outside, and where the keyboard failed.
 */
export async function publishWithoutTerminal(console: ConsoleUnderTest) {
  const { hub } = console
  const broker = await console.open('broker_cy', 'inbox?status=Active&badge=NEW')
  const { page } = broker
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  await broker.screenshot('inbox')
  const keys = new Keyboard(page)
  const ref = await claimComplete(keys)

  const text = `A garden above the bay, ${ref}`
  await keys.write(page.getByLabel('Description', { exact: true }), text)
  await keys.press(page.getByRole('button', { name: 'Save' }))
  await page.getByText('Saved.').waitFor()
  await broker.screenshot('listing')

  await keys.tab('Steps and approvals')
  await page.getByRole('heading', { name: 'Checklist' }).waitFor()
  const steps = page.getByRole('group').getByRole('checkbox')
  await steps.first().waitFor()
  for (let at = 0; at < await steps.count(); at++) {
    await keys.press(steps.nth(at), 'Space')
    await expect.poll(() => steps.nth(at).isEnabled()).toBe(true)
    expect(await steps.nth(at).isChecked()).toBe(true)
  }
  for (const approval of ['Due diligence', 'Marketing']) {
    await keys.press(page.getByRole('button', { name: `Ask for approval: ${approval}` }))
    await page.getByRole('button', { name: `Ask for approval: ${approval}` }).waitFor({ state: 'detached' })
  }
  await upload(keys, 'Contract of sale')
  await upload(keys, 'Signed listing agreement')
  await broker.screenshot('listing-steps')

  const manager = await console.open('manager_cy', 'approvals')
  const managersKeys = new Keyboard(manager.page)
  await approveAll(managersKeys, ref)
  await manager.screenshot('approvals')

  await keys.tab('Price and status')
  await keys.press(page.getByRole('button', { name: 'Publish', exact: true }))
  await page.getByText('Published. Portals follow').waitFor()
  await broker.screenshot('listing-published')

  await keys.tab('Where it is shown')
  await page.getByRole('heading', { name: 'Where it is shown' }).waitFor()
  await page.getByText('HomesOverseas').waitFor()
  for (const portal of ['HomesOverseas', 'SIR Global (Dash)']) {
    const show = page.getByRole('button', { name: `Show there: ${portal}` })
    if (await show.count()) await keys.press(show)
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
  const isShown = await shown.isVisible()
  await broker.goto('/board')
  const dialog = await throughADialog(keys, page.getByRole('button', { name: 'New listing' }))
  const seen = {
    dialog,
    amiss: [...keys.amiss, ...managersKeys.amiss],
    shown: isShown,
    inFeed: feed.includes(`<ref>${ref}</ref>`),
    inDash,
    foreign: [...broker.foreign, ...manager.foreign],
    faults: [...broker.faults, ...manager.faults],
  }
  await Promise.all([broker.close(), manager.close()])
  return seen
}

/** Walks down the inbox to the first home that lacks nothing, and claims it with its key; the reference. */
async function claimComplete(keys: Keyboard): Promise<string> {
  const { page } = keys
  const row = page.getByRole('listitem').filter({ hasText: '100 %' }).filter({ hasText: 'Home for sale' })
    .filter({ hasText: 'QOBRIX' }).first()
  const ref = (await row.getByRole('button', { name: /^Claim / }).getAttribute('aria-label'))!
    .replace('Claim ', '')
  const wanted = Number(await row.getAttribute('aria-posinset'))
  await keys.to(page.locator('li[aria-posinset="1"]').getByRole('link').first())
  for (let at = 2; at <= wanted; at++) {
    await page.keyboard.press('ArrowDown')
    await page.locator(`li[aria-posinset="${at}"] a:focus`).waitFor()
  }
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: ref }).waitFor()
  return ref
}

async function upload(keys: Keyboard, type: string): Promise<void> {
  const name = `${type}.pdf`
  const chosen = keys.page.waitForEvent('filechooser')
  await keys.press(keys.page.getByLabel(`Upload: ${type}`))
  await (await chosen).setFiles({
    name,
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
  })
  await keys.page.getByRole('button', { name }).waitFor()
}

async function approveAll(keys: Keyboard, ref: string): Promise<void> {
  const waiting = keys.page.getByRole('listitem').filter({ hasText: ref })
  await expect.poll(() => waiting.count()).toBe(4) // two documents, two requests
  for (let left = await waiting.count(); left > 0; left--) {
    await keys.press(waiting.first().getByRole('button', { name: 'Approve' }))
    await expect.poll(() => waiting.count()).toBe(left - 1)
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
