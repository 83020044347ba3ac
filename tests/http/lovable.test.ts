import { createClient } from '@supabase/supabase-js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { appOf, runJob } from '../support/apps.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { picture } from '../support/pictures.ts'

/** The recipes of docs/lovable.md, run as one program in their order: what an app developer copies must work. */
let hub: Hub
beforeAll(async () => hub = await startHub({ seed: true, rest: true }))
afterAll(() => hub?.stop())

const page = readFileSync(join(repository, 'docs/lovable.md'), 'utf8')
const recipes = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code)

it('runs every recipe', async () => {
  expect(recipes.length).toBeGreaterThan(12)
  const AsyncFunction = (async () => {}).constructor as new (
    ...code: string[]
  ) => (...values: unknown[]) => Promise<unknown>
  const program = new AsyncFunction(
    'createClient',
    'url',
    'publishableKey',
    'email',
    'password',
    'file',
    'paper',
    'manager',
    recipes.join('\n'),
  )
  const { email, password } = hub.users.broker_cy!
  // what the clock does each minute
  const clock = setInterval(() => void runJob(hub, 'media').catch(() => {}), 500)
  await program(
    createClient,
    hub.apiUrl,
    hub.publishableKey,
    email,
    password,
    new File([picture('photo.jpg')], 'Τεράστια θέα – большая терраса.jpg', { type: 'image/jpeg' }),
    new File(['%PDF-1.7'], 'Τίτλος ιδιοκτησίας.pdf', { type: 'application/pdf' }),
    appOf(hub, 'manager_cy'),
  ).catch((error) => {
    throw new Error(JSON.stringify(error.message ? { message: error.message, ...error } : error))
  }).finally(() => clearInterval(clock))
})
