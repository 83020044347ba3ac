import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { type Checkout, makeCheckout } from '../support/checkout.ts'

/** One step of the tour: what the reader pastes and what the README says comes back. */
interface Step {
  script: string
  expected: string
}

function readTour(): Step[] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8')
  const blocks = readme.matchAll(/```sh\n([\s\S]*?)```(?:\n```text\n([\s\S]*?)```)?/g)
  return [...blocks].map(([, script = '', expected = '']) => ({ script, expected: expected.trim() }))
}

let checkout: Checkout

beforeAll(async () => {
  checkout = makeCheckout()
  const started = await checkout.run('start', '--detach', '--port', String(await findFreePort()))
  expect(started.stdout + started.stderr).toContain('Ready')
})

afterAll(async () => {
  await checkout.run('stop')
  checkout.remove()
})

it('prints at every step of the tour what the README says', () => {
  const steps = readTour()
  const mark = '--- end of step ---'
  const script = steps.map((step) => `${step.script}\necho; echo '${mark}'`).join('\n')
  const { stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: checkout.folder,
    encoding: 'utf8',
    timeout: 150_000,
  })
  const printed = stdout.split(`${mark}\n`).slice(0, steps.length).map((text) => text.trim())
  expect(printed, stderr).toEqual(steps.map((step) => step.expected))
  expect(steps.length).toBeGreaterThan(7)
})
