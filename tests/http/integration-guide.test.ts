import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
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
  js: 'TOKEN=$TOKEN node --input-type=module ',
  python: 'python3 - ',
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

it('prints at every example what the guide says', async () => {
  const examples = readExamples()
  const mark = '--- end of example ---'
  const script = examples.map((example) => `${example.script}\necho '${mark}'`).join('\n')
  const { client_id, client_secret } = hub.clients.portal_cy!
  const printed = await runShell(script, {
    F: hub.functionsUrl,
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret,
  })
  expect(printed.split(`${mark}\n`).slice(0, examples.length).map((text) => text.trim())).toEqual(
    examples.map(({ expected }) => expected),
  )
  expect(examples.length).toBeGreaterThan(7)
})
