import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { buildConsole } from '../../scripts/console/build.ts'
import { repository } from '../../scripts/stack/layout.ts'
import { findChromium, startChromium } from './browser.ts'
import { type Hub, startHub } from './hub.ts'

/** Where screenshots of a run are kept. */
const screenshots = join(repository, 'coverage/console')

export interface ConsoleUnderTest {
  hub: Hub
  browser: Browser
  /** Opens a path of the console as one of the demo users, signed in by one click; in a browser profile of its own. */
  open(user: string, path?: string, options?: BrowserContextOptions): Promise<Visit>
  /** Opens a path as somebody who does not sign in. */
  openUnknown(path: string, options?: BrowserContextOptions): Promise<Visit>
  stop(): Promise<void>
}

export interface Visit {
  page: Page
  /** Requests to any host but the hub's. */
  foreign: string[]
  /** Exceptions of the page, and what it refused by its policy. */
  faults: string[]
  /** Goes to a path as a link of the page would: without loading all of it anew. */
  goto(path: string): Promise<void>
  screenshot(name: string): Promise<void>
  close(): Promise<void>
}

/** The console, built and served by a hub with the demo brokerage; one for all tests of a file. */
export async function startConsole(): Promise<ConsoleUnderTest> {
  const [hub, browser] = await Promise.all([
    startHub({ seed: true, rest: true, environment: { MLS_WEBHOOKS_LOCAL: 'true' } }),
    startChromium(findChromium()!, [
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ]),
    buildConsole(),
  ])
  mkdirSync(screenshots, { recursive: true })
  return {
    hub,
    browser,
    open: async (user, path = '', options) => {
      const visit = await load(hub, browser, path, options)
      const { page } = visit
      await page.getByRole('button', { name: new RegExp(`^${user.replaceAll('_', ' ')}`, 'i') }).click()
      await page.getByRole('navigation').waitFor()
      return visit
    },
    openUnknown: (path, options) => load(hub, browser, path, options),
    stop: async () => {
      await browser.close()
      await hub.stop()
    },
  }
}

async function load(
  { apiUrl }: Hub,
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1360, height: 900 },
    // what moves is drawn again and again, which takes as much of the machine as all the rest
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const foreign: string[] = []
  const faults: string[] = []
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(apiUrl)) foreign.push(request.url())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Minified React error/.test(message.text())) faults.push(message.text())
  })
  await page.goto(`${apiUrl}/console/${path}`)
  return {
    page,
    foreign,
    faults,
    goto: (path) =>
      page.evaluate((path) => {
        history.pushState({}, '', `/console${path}`)
        dispatchEvent(new PopStateEvent('popstate'))
      }, path),
    screenshot: async (name) => void await page.screenshot({ path: join(screenshots, `${name}.png`) }),
    close: () => context.close(),
  }
}
