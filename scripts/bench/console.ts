import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { findChromium, startChromium } from '../console/chromium.ts'
import { buildConsole } from '../console/build.ts'
import { budget, firstLoad, type Weight } from '../console/first-load.ts'
import { consolePath, showConsole } from '../stack/console-pages.ts'
import { compare, type Line, ms, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'

/** What the first visit of the console costs: its weight, and how soon a person can act. No question goes to the hub. */
export const firstVisit: Subject<BenchHub> = {
  name: 'console',
  async run() {
    await buildConsole()
    const weights = firstLoad()
    const lines = weights.map(({ page, bytes, files }): Line => ({
      name: `console, first load of ${page}`,
      value: bytes / 1000,
      unit: 'kB',
      limit: { max: budget / 1000 },
      detail: `gzip, ${files.length} files`,
    }))
    const chromium = findChromium()
    if (!chromium) {
      console.log(
        'console: no Chromium, so nobody saw how soon a page can be used. MLS_TEST_BROWSER names one.',
      )
      return lines
    }
    return [...lines, await interactive(chromium, weights.find(({ page }) => page === 'index.html')!)]
  },
}

/** From the address to a button that reacts, in an empty profile each time; beside it a page of that size that does nothing. */
async function interactive(chromium: string, { raw }: Weight): Promise<Line> {
  const site = await serve(
    `<!doctype html><title>bare</title><script src="/bare.js"></script><button>x</button>`,
    raw,
  )
  const browser = await startChromium(chromium)
  const blank = () => Promise.all(Array.from({ length: runs + 1 }, () => browser.newPage()))
  try {
    const pages = { ours: await blank(), bare: await blank() }
    const { ours, bare } = await compare({
      ours: (run) => visit(pages.ours[run]!, site.url + consolePath, 'button[type=submit]'),
      bare: (run) => visit(pages.bare[run]!, `${site.url}/bare`, 'button'),
    })
    return {
      name: 'console, until the first page can be used against a page with as much script that does nothing',
      value: ours / bare,
      unit: 'x',
      limit: { max: 4 },
      detail: `${ms(ours)} (promised: ${ms(1_000)}) against ${ms(bare)}; ${
        (raw / 1000).toFixed(0)
      } kB of script, Chromium ${browser.version()}`,
    }
  } finally {
    await browser.close()
    site.close()
  }
}

async function visit(page: Page, address: string, button: string): Promise<void> {
  await page.goto(address, { waitUntil: 'commit' })
  // in sight, still, and taking clicks
  await page.locator(button).first().click({ trial: true })
}

/** The console as a static host serves it, and a bare page with a script of so many bytes. */
async function serve(bare: string, bytes: number) {
  const config = JSON.stringify({ publishableKey: 'sb_publishable_bench' })
  const script = `window.nothing=${JSON.stringify('x'.repeat(bytes))}`
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    const answer = url.pathname === '/bare'
      ? new Response(bare, { headers: { 'content-type': 'text/html' } })
      : url.pathname === '/bare.js'
      ? new Response(script, { headers: { 'content-type': 'text/javascript' } })
      : await showConsole(url, config)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(new Uint8Array(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
