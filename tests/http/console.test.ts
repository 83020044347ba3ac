import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildConsole } from '../../scripts/console/build.ts'
import { budget, firstLoad } from '../../scripts/console/first-load.ts'
import { folders } from '../../scripts/stack/layout.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** The console as the local stack serves it. */
let hub: Hub
beforeAll(async () => {
  ;[hub] = await Promise.all([startHub(), buildConsole()])
}, 300_000)
afterAll(() => hub?.stop())

const get = (path: string) => fetch(`${hub.apiUrl}${path}`, { redirect: 'manual' })

describe('the console', () => {
  it('is one page, whatever the path below it, and forbids scripts that are not its own', async () => {
    for (
      const path of [
        '/console/',
        '/console/inbox',
        '/console/listings/b0000000-0000-4000-8000-000000000001?tab=photos',
      ]
    ) {
      const answer = await get(path)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('<div id="root">')
      const policy = answer.headers.get('content-security-policy')!
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("connect-src 'self';")
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    }
    expect((await get('/console')).headers.get('location')).toBe(`${hub.apiUrl}/console/`)
    expect(await (await get('/console/website/some-id')).text()).toContain('/assets/website')
  })

  it('has no scripts within its page', () => {
    for (const page of ['index.html', 'website.html']) {
      const html = readFileSync(join(folders.console, page), 'utf8')
      expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toBeNull()
      expect(html).not.toMatch(/\son\w+=/)
    }
  })

  it('serves its assets for ever, and nothing from outside of its folder', async () => {
    const [script] = readdirSync(join(folders.console, 'assets')).filter((name) => name.endsWith('.js'))
    const answer = await get(`/console/assets/${script}`)
    expect(answer.headers.get('content-type')).toContain('text/javascript')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    await answer.body?.cancel()
    for (
      const path of [
        '..%2fpackage.json',
        '%2e%2e%2fpackage.json',
        '..%5c..%5cpackage.json',
        '%',
        'assets/none.js',
        '/etc/hosts.txt',
      ]
    ) {
      expect((await get(`/console/${path}`)).status, path).toBe(404)
    }
  })

  it('is told where the hub is, and by pages of other origins it cannot be read', async () => {
    const answer = await get('/console/config.json')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const config = await answer.json()
    expect(config).toMatchObject({ url: hub.apiUrl, publishableKey: hub.publishableKey })
    expect(config.demoUsers.map(({ name }: { name: string }) => name)).toEqual(Object.keys(hub.users))
    expect(JSON.stringify(config)).not.toContain(hub.secretKey)
  })

  it('carries no secret, and no first load above its budget', () => {
    const files = readdirSync(folders.console, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(js|html|css|json)$/.test(name)
    )
    const holding = files.filter((name) =>
      /sb_secret_[A-Za-z0-9]|service_role|BEGIN PRIVATE KEY/.test(
        readFileSync(join(folders.console, name), 'utf8'),
      )
    )
    expect(holding).toEqual([])
    expect(firstLoad().filter(({ bytes }) => bytes > budget)).toEqual([])
  })
})
