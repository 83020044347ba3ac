import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { findChromium, startChromium } from '../support/browser.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** The API reference as the local stack shows it. */
const chromium = findChromium()
let hub: Hub
let browser: Browser
/** To lay it out takes seconds: whatever the others do not mind shares this one. */
let page: Page
const requests: string[] = []
const faults: string[] = []
const address = () => `${hub.apiUrl}/docs/api.html`

beforeAll(async () => {
  if (!chromium) return
  hub = await startHub()
  browser = await startChromium(chromium)
  page = await browser.newPage()
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  await page.goto(address(), { waitUntil: 'networkidle' })
})
afterAll(async () => {
  await browser?.close()
  await hub?.stop()
})

const phone = { viewport: { width: 390, height: 844 } }

/** Opens the page in a context of its own. */
async function withPage(options: BrowserContextOptions, work: (page: Page) => Promise<void>) {
  const context = await browser.newContext(options)
  try {
    const page = await context.newPage()
    await page.goto(address())
    await work(page)
  } finally {
    await context.close()
  }
}

/** WCAG's contrast of an element's text with the page behind it. */
function contrast(page: Page, selector: string): Promise<number> {
  return page.locator(selector).first().evaluate((element) => {
    const luminance = (color: string) => {
      const [red, green, blue] = color.match(/[\d.]+/g)!.slice(0, 3).map((value) => {
        const share = Number(value) / 255
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
    }
    let ground: Element = element
    while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement!
    const [light, dark] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor]
      .map(luminance).sort((a, b) => b - a)
    return (light! + 0.05) / (dark! + 0.05)
  })
}

describe.skipIf(!chromium)('the API reference', () => {
  it('needs nothing but itself, and has no faults', () => {
    expect({ requests: requests.filter((one) => !one.startsWith('data:')), faults }).toEqual({
      requests: [address()],
      faults: [],
    })
  })

  it('has every field of every resource, and no link or id that leads nowhere or twice', async () => {
    const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id))
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    const fields = resources.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field.name}`))
    expect(fields.filter((field) => !ids.includes(field))).toEqual([])
    const links = await page.locator('a[href^="#"]').evaluateAll((elements) =>
      elements.map((element) => element.getAttribute('href')!.slice(1))
    )
    expect(links.filter((link) => !ids.includes(link))).toEqual([])
  })

  it('says of a field what type it has, how long it is, which lookup it follows, who sees it', async () => {
    const row = (field: string) => page.locator(`[id="${field}"]`).innerText()
    expect(await row('Property.ListPrice')).toMatch(/decimal\(\d+,\d+\).*Asking price/s)
    expect(await row('Property.ListingId')).toContain('length 255')
    expect(await row('Property.ListingKey')).toMatch(/never null.*MANUAL_<id>/s)
    expect(await row('Property.ParkingFeatures')).toContain('dd2: list of strings')
    expect(await row('Member.X_QobrixCommission1')).toContain('by grant')
    await page.locator('[id="Property.StandardStatus"] .lookup').click()
    const lookup = page.locator('[id="Lookup.StandardStatus"]')
    expect(await lookup.innerText()).toContain('Active Under Contract')
    expect(await lookup.locator('ul').isVisible()).toBe(true)
  })

  it('describes every operation with its parameters and a request', async () => {
    const list = page.locator('#listProperty')
    expect(await list.innerText()).toMatch(/GET\s+\/odata\/Property[^]*\$filter[^]*\$expand[^]*curl/i)
    await list.locator('summary').click()
    expect(await list.locator('details pre').innerText()).toContain('@odata.count')
    expect(await page.locator('#Errors').innerText()).toMatch(/unknown_field[^]*did you mean 'ListPrice'/)
  })

  it('finds fields by name', async () => {
    await page.getByLabel('Find a field').fill('photosco')
    const found = page.locator('nav .found')
    expect(await found.innerText()).toBe('Property.PhotosCount')
    await found.getByText('Property.PhotosCount').click()
    expect(await page.locator('[id="Property.PhotosCount"]').isVisible()).toBe(true)
    await page.getByLabel('Find a field').fill('no such field')
    expect(await found.innerText()).toBe('No field of that name')
    await page.getByLabel('Find a field').fill('')
  })

  it('fits a phone, with the contents folded until they are asked for', async () => {
    await withPage(phone, async (page) => {
      const widths = () =>
        page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
      const [wanted, there] = await widths()
      expect(wanted).toBe(there)
      const link = page.locator('nav .index a', { hasText: /^Errors$/ })
      expect(await link.isVisible()).toBe(false)
      await page.locator('nav summary').click()
      await link.click()
      expect(await link.isVisible()).toBe(false)
      expect(await page.locator('#Errors h2').isVisible()).toBe(true)
      expect(page.url()).toMatch(/#Errors$/)
    })
  })

  it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    const texts = [
      'main p',
      'main .type',
      'main .standard',
      'main .lookup',
      'main .granted',
      'main pre',
      '.method',
      'nav a',
    ]
    for (const text of texts) {
      expect([text, await contrast(page, text)]).toEqual([text, expect.toSatisfy((ratio) => ratio >= 4.5)])
    }
    const [ground] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g)!)
    expect(Number(ground) > 127).toBe(colorScheme === 'light')
  })

  it('can be read without JavaScript', async () => {
    await withPage({ ...phone, javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('nav .index').isVisible()).toBe(true)
      expect(await page.getByLabel('Find a field').isVisible()).toBe(false)
      expect(await page.locator('[id="Property.ListPrice"]').isVisible()).toBe(true)
    })
  })
})
