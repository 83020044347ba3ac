import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** The examples of docs/search.md, run as they stand there. */
let hub: Hub
beforeAll(async () => hub = await startHub({ seed: true }))
afterAll(() => hub?.stop())

const page = readFileSync(join(repository, 'docs/search.md'), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code!)

function run(command: string, code: string): Promise<string> {
  const child = spawn(command, ['-'], {
    env: { PATH: process.env.PATH, PYTHONIOENCODING: 'utf8', F: hub.functionsUrl, KEY: hub.publishableKey },
  })
  let [printed, complaints] = ['', '']
  child.stdout.on('data', (text) => printed += text)
  child.stderr.on('data', (text) => complaints += text)
  child.stdin.end(code)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => status === 0 ? resolve(printed) : reject(new Error(complaints)))
  })
}

it('by curl', async () => {
  const answer = JSON.parse(await run('sh', `exec sh -c '${blocks('sh')[0]!.replaceAll("'", `'"'"'`)}'`))
  expect(answer.listings).toHaveLength(2)
  expect(Object.keys(answer.listings[0])).toEqual(['key', 'location', 'City', 'ListPrice', 'Media'])
})

it('by JavaScript, for a map', async () => {
  const AsyncFunction = (async () => {}).constructor as new (
    ...code: string[]
  ) => (...values: unknown[]) => Promise<unknown>
  await new AsyncFunction('functionsUrl', 'publishableKey', 'console', blocks('js').join('\n'))(
    hub.functionsUrl,
    hub.publishableKey,
    { log: (count: number) => expect(count).toBeGreaterThan(0) },
  )
})

it('by Python', async () => {
  const printed = await run('python3', blocks('python').join('\n'))
  expect(printed).toContain('city Limassol')
  expect(printed).toContain('status')
})
