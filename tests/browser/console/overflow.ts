import process from 'node:process'
import type { Page } from 'playwright-core'
import type { ConsoleUnderTest } from '../../support/console.ts'
import { groups, settled } from './pages.ts'

const languages = ['en', 'ru', 'hu', 'el', 'kk']
const widths = [360, 1280]
const tabs = ['form', 'source', 'photos', 'steps', 'moves', 'portals', 'talk', 'history']

/** Every page in every language, on a telephone and on a desk: what of it is wider than its place, or cut. */
export async function fitsEverywhere(console: ConsoleUnderTest): Promise<Record<string, string[]>> {
  const { hub } = console
  const { rows: [listing] } = await hub.pool.query<{ id: string }>(
    `select id from mls_listings where claimed_at is not null and status = 'MARKETING_REVIEW' limit 1`,
  )
  const pages = [
    ...groups.flatMap(({ places }) => places.map(({ to }) => to)),
    '/access',
    ...tabs.map((tab) => `/listings/${listing!.id}?tab=${tab}`),
  ]
  // the map of WebGL takes a second to draw and has few texts
  const shown = process.env.MLS_TEST_LONG ? pages : pages.filter((path) => path !== '/map')
  const visit = await console.open('system_admin', 'access')
  const { page } = visit
  const found: Record<string, string[]> = {}
  for (const path of shown) {
    await visit.goto(path)
    await settled(page)
    // another language draws the page anew, of what it has read already
    for (const language of languages) {
      await page.locator('aside select').first().selectOption(language, { force: true })
      await settled(page, language)
      // there and back: each change of the width lays the page out anew
      for (const width of widths.reverse()) {
        await page.setViewportSize({ width, height: 900 })
        for (const fault of await lasting(page)) {
          ;(found[fault] ??= []).push(`${language} ${width} ${path.replace(/[0-9a-f-]{36}/, '')}`)
        }
      }
    }
  }
  await visit.close()
  return found
}

/** Charts take a moment to draw anew for another width: a fault is one that stays. */
async function lasting(page: Page): Promise<string[]> {
  const until = performance.now() + 3_000
  for (;;) {
    const found = await page.evaluate(misfits)
    if (found.length === 0 || performance.now() > until) return found
    await page.waitForTimeout(100)
  }
}

/** What does not fit, in the words of the page; runs in it. */
export function misfits(): string[] {
  const wide = document.documentElement.clientWidth
  const found = new Set<string>()
  const name = (one: Element) =>
    `${one.tagName.toLowerCase()} "${(one.textContent ?? '').trim().slice(0, 40)}" .${one.className}`
  if (document.documentElement.scrollWidth > wide + 1) found.add('the page scrolls sideways')
  const canvas = document.createElement('canvas').getContext('2d')!
  const scrolls = (one: Element) => {
    for (let at: Element | null = one; at && at !== document.body; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true
    }
    return false
  }
  for (const one of document.body.querySelectorAll<HTMLElement>('#root *')) {
    if (one.closest('svg, .maplibregl-map, .sr-only, .recharts-wrapper') || !one.offsetParent) continue
    const style = getComputedStyle(one)
    const box = one.getBoundingClientRect()
    if (box.width === 0 || box.height === 0) continue
    // what people wrote is cut on purpose, with dots
    const isClamped = style.webkitLineClamp !== 'none' && one.matches('.foreign, .foreign *, .line-clamp-1')
    if (!isClamped && /hidden|clip/.test(style.overflowX + style.overflowY)) {
      if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1) {
        found.add(`cut: ${name(one)}`)
      }
    }
    if (one instanceof HTMLSelectElement) {
      canvas.font = style.font
      const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      if (canvas.measureText(one.selectedOptions[0]?.text ?? '').width > room + 1) {
        found.add(`cut: select "${one.selectedOptions[0]!.text}"`)
      }
      continue
    }
    const isInline = style.display === 'inline' || one instanceof HTMLInputElement
    if (
      !isInline && !/auto|scroll|hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1
    ) {
      if (!scrolls(one)) found.add(`overflows: ${name(one)}`)
    }
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(one)) found.add(`outside: ${name(one)}`)
  }
  return [...found]
}
