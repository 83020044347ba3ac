import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'

/** Somebody without a mouse: goes with Tab, presses with Enter or Space, and notes where the focus was lost or unseen. */
export class Keyboard {
  readonly amiss: string[] = []

  constructor(readonly page: Page) {}

  /** With Tab to something. From where one is: nobody begins anew at the top of the page after each press. */
  async to(target: Locator): Promise<void> {
    await target.waitFor()
    if (await this.page.evaluate(() => document.activeElement === document.body)) {
      this.amiss.push(`the focus is lost before ${target}`)
    }
    const passed: string[] = []
    // found once, and again only where it is drawn anew: to look for a role and a name goes through the whole page
    let found = await target.elementHandle()
    for (let step = 0; step < 200; step++) {
      const place = await found!.evaluate((one) => one === document.activeElement ? 'here' : one.isConnected)
      if (place === 'here') return await this.#isSeen(target)
      if (!place) {
        found = await target.elementHandle()
        continue
      }
      await this.page.keyboard.press('Tab')
      if (step > 190) {
        passed.push(await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80) ?? ''))
      }
    }
    throw new Error(`No Tab leads to ${target}; it went by ${passed.join('; ')}`)
  }

  async press(target: Locator, key = 'Enter'): Promise<void> {
    await this.to(target)
    await this.page.keyboard.press(key)
  }

  async write(target: Locator, text: string): Promise<void> {
    await this.to(target)
    await this.page.keyboard.press('ControlOrMeta+A')
    await this.page.keyboard.insertText(text)
  }

  /** The tab of a list of tabs: arrows walk them, from the one that is open. */
  async tab(name: string): Promise<void> {
    await this.to(this.page.getByRole('tab', { selected: true }))
    const wanted = this.page.getByRole('tab', { name })
    for (let step = 0; step < 12 && await wanted.getAttribute('aria-selected') !== 'true'; step++) {
      const before = await this.page.getByRole('tab', { selected: true }).textContent()
      await this.page.keyboard.press('ArrowRight')
      await this.page.getByRole('tab', { selected: true }).filter({ hasNotText: before! }).waitFor()
    }
    expect(await wanted.getAttribute('aria-selected')).toBe('true')
  }

  /** What has the focus shows it: by an outline of its own, or around it where it is hidden itself. */
  async #isSeen(target: Locator): Promise<void> {
    const seen = await target.evaluate((one) =>
      [one, one.closest('label')].some((at) => {
        if (!at || at.getBoundingClientRect().width < 4) return false
        const { outlineStyle, outlineWidth } = getComputedStyle(at)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1
      })
    )
    if (!seen) this.amiss.push(`nothing shows the focus of ${target}`)
  }
}

/** A dialog, opened and left by keyboard: whether Tab stays in it, and whether what opened it has the focus again. */
export async function throughADialog(keyboard: Keyboard, opener: Locator) {
  const { page } = keyboard
  await keyboard.press(opener)
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  let trapped = true
  for (const key of [...Array(9).fill('Tab'), 'Shift+Tab', 'Shift+Tab']) {
    await page.keyboard.press(key)
    trapped &&= await dialog.evaluate((one) => one.contains(document.activeElement))
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  const returned = opener.and(page.locator(':focus'))
  await returned.waitFor()
  return { trapped, returned: await returned.count() === 1 }
}
