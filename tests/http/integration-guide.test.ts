import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** Runs the examples of docs/integration.md in their order, in one shell, as its reader would. */
let hub: Hub

beforeAll(async () => {
  hub = await startHub({ seed: true })
})
afterAll(() => hub?.stop())

interface Example {
  script: string
  expected: string
}

/** What reads an example from its standard input; the shell reads its own as they stand. */
const interpreters: Record<string, string> = {
  sh: '',
  js: 'TOKEN=$TOKEN F=$BUSY node --input-type=module ',
  python: 'F=$BUSY python3 - ',
}

/** A door before the hub's that turns every second reader away, as it does itself when the quota is used up. */
async function startBusyDoor(): Promise<{ url: string; turnedAway: () => number; close: () => void }> {
  let asked = 0
  const server = createServer(async (request, response) => {
    if (request.method === 'GET' && asked++ % 2 === 0) {
      return void response.writeHead(429, { 'Retry-After': '0', 'Content-Type': 'application/json' })
        .end(JSON.stringify({ error: { code: 'rate_limited', message: 'Too many requests.' } }))
    }
    const passed = ['authorization', 'content-type', 'prefer'].flatMap((name): [string, string][] => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    })
    const answer = await fetch(hub.functionsUrl + request.url, {
      method: request.method,
      headers: passed,
      body: request.method === 'POST' ? await text(request) : undefined,
    })
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('Content-Type')! })
      .end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    turnedAway: () => Math.ceil(asked / 2),
    close: () => server.close().closeAllConnections(),
  }
}

function readExamples(): Example[] {
  const guide = readFileSync(join(repository, 'docs/integration.md'), 'utf8')
  const blocks = guide.matchAll(/```(sh|js|python)\n([\s\S]*?)```\n```text\n([\s\S]*?)```/g)
  return [...blocks].map(([, language, code = '', expected = '']) => ({
    script: `${interpreters[language!]}${language === 'sh' ? code : `<<'END'\n${code}END\n`}`,
    expected: expected.trim(),
  }))
}

async function runShell(script: string, variables: Record<string, string>): Promise<string> {
  const shell = spawn('bash', ['-c', script], { env: { ...process.env, ...variables } })
  let printed = ''
  shell.stdout.on('data', (chunk) => printed += chunk)
  shell.stderr.on('data', (chunk) => printed += chunk)
  await new Promise((done) => shell.on('close', done))
  return printed
}

/** How a server writes the names of headers is its own affair; some of Deno's and all of HTTP/2 use small letters. */
const headersInLowerCase = (text: string) => text.replace(/^[A-Za-z-]+(?=: )/gm, (name) => name.toLowerCase())

it('prints at every example what the guide says', async () => {
  const examples = readExamples()
  const mark = '--- end of example ---'
  const script = examples.map((example) => `${example.script}\necho '${mark}'`).join('\n')
  const { client_id, client_secret } = hub.clients.portal_cy!
  const busy = await startBusyDoor()
  const printed = await runShell(script, {
    F: hub.functionsUrl,
    BUSY: busy.url,
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret,
  })
  busy.close()
  const said = printed.split(`${mark}\n`).slice(0, examples.length).map((text) => text.trim())
  expect(said.map(headersInLowerCase)).toEqual(examples.map(({ expected }) => headersInLowerCase(expected)))
  expect(examples.length).toBeGreaterThan(7)
  expect(busy.turnedAway()).toBeGreaterThan(4)
})
