import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import type { Status } from '../../scripts/stack/status.ts'
import { findChromium } from '../support/browser.ts'
import { type Checkout, makeCheckout, type Outcome } from '../support/checkout.ts'

import { crawlDemo, runAgain, secondsToPictures, seeInBrowser, untilPicturesAreThere } from './pictures.ts'

/** One stack with the demo brokerage: its start, then the tour of the README through it, then its clock. */
/** Its pictures, at every door and in a browser, with MLS_TEST_LONG=1. */
const isLong = process.env.MLS_TEST_LONG === '1'
let checkout: Checkout
let first: Outcome
let port: string

beforeAll(async () => {
  checkout = makeCheckout({ console: isLong })
  port = String(await findFreePort())
  first = await checkout.run('start', '--detach', '--port', port)
  if (!isLong && first.code === 0) await leavePictures()
})
afterAll(async () => {
  await checkout.run('stop')
  checkout.remove()
})

/** Thousands would be drawn, copied and made small beside the rest, and nobody looks at them. */
async function leavePictures(): Promise<void> {
  const { db_url }: Status = JSON.parse((await checkout.run('status', '--json')).stdout)
  const client = new pg.Client(db_url)
  await client.connect()
  await client.query(`update public.mls_schedules set enabled = false where job = 'media'`)
  await client.end()
}

describe('a start with the demo brokerage', () => {
  it('sends it through the ingest door and shows the receipt', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/Demo brokerage, as the ingest door received it:/)
    expect(first.stdout).toMatch(/property +\d+ records: \d+ insert/)
    expect(first.stdout).toMatch(/media +\d+ records: \d+ insert/)
  })

  it('then status is content', async () => {
    expect(await checkout.run('status', '--json')).toMatchObject({ code: 0, stderr: '' })
  })

  it('is not sent again at the next start, whose receipt is the same', async () => {
    await checkout.run('stop')
    const again = await checkout.run('start', '--detach', '--port', port)
    expect(receipt(again)).toEqual(receipt(first))
    expect(again.stdout).not.toMatch(/ sent: /)
  })
})

const receipt = ({ stdout }: Outcome) => stdout.split('\n').filter((line) => line.includes(' records: '))

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

/** What a program has printed, also one that failed. */
interface Output {
  stdout: string
  stderr: string
}

it('prints at every step of the tour what the README says', async () => {
  const steps = readTour()
  const mark = '--- end of step ---'
  const script = steps.map((step) => `${step.script}\necho; echo '${mark}'`).join('\n')
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], {
    cwd: checkout.folder,
    timeout: 150_000,
  }).catch((failure: Output) => failure) // what it had printed until then says where
  const printed = stdout.split(`${mark}\n`).slice(0, steps.length).map((text) => text.trim())
  expect(printed, stderr).toEqual(steps.map((step) => step.expected))
  expect(steps.length).toBeGreaterThan(7)
})

let status: Status
let database: pg.Client

describe('what runs', () => {
  beforeAll(async () => {
    status = JSON.parse((await checkout.run('status', '--json')).stdout)
    database = new pg.Client(status.db_url)
    await database.connect()
  })
  afterAll(() => database?.end())

  it.runIf(isLong)('shows its pictures, says when they are there, and then stands still', async () => {
    expect(await untilPicturesAreThere(database)).toBeDefined()
    const { media }: Status = JSON.parse((await checkout.run('status', '--json')).stdout)
    expect(media).toMatchObject({ waiting: 0, failed: 0, worker: true })
    expect(media.stored).toBeGreaterThan(100)
    console.info(`${media.stored} pictures, the last after ${await secondsToPictures(database)} s`)
    const { before, after } = await runAgain(status, database)
    expect(after).toEqual(before)
    // each content has four sizes, and no original is kept
    expect(before).toMatchObject({ jobs: 0, objects: before.files * 4 })
  }, 330_000)

  it.runIf(isLong)('offers no address of a picture that opens none', async () => {
    const { count, silent, dead, telling } = await crawlDemo(status, database)
    expect([silent, dead, telling]).toEqual([[], [], []])
    expect(count).toBeGreaterThan(20)
  }, 180_000)

  it.runIf(isLong && findChromium())('draws them at a listing and on the website', async () => {
    const fine = { drawn: true, broken: [] }
    expect(await seeInBrowser(findChromium()!, status, database)).toEqual({
      ofListing: fine,
      ofSearch: fine,
      ofHome: fine,
    })
  }, 240_000)

  /** A tick is a minute, if nobody makes it shorter; the seconds more are for the delivery itself. */
  async function withinOneTick(check: () => Promise<boolean>): Promise<boolean> {
    for (const until = performance.now() + 70_000; performance.now() < until;) {
      if (await check()) return true
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    return false
  }

  async function inDash(key: string) {
    const listings = await (await fetch(`${status.sandbox_dash_url}/sandbox/listings`)).json()
    return listings.find((listing: { externalReference: string }) => listing.externalReference === key)
  }

  it('takes an edit and a withdrawal to the sandbox Dash within one tick', async () => {
    const { rows: [edited, withdrawn] } = await database.query(`select l.id, l.origin_key as key
    from public.mls_listings l join public.mls_listing_syndications s on s.listing_id = l.id
    join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'SIR_GLOBAL'
    where l.status = 'PUBLISHED' and s.status = 'ACTIVE' order by l.origin_key limit 2`)
    expect(
      await withinOneTick(async () =>
        await inDash(edited.key) !== undefined && await inDash(withdrawn.key) !== undefined
      ),
    ).toBe(true)

    // the minute of the seed has been waited for; from now on the clock follows another schedule, as it must too
    await database.query(`update public.mls_schedules set cron = '5 seconds' where job = 'deliveries'`)
    await database.query('update public.mls_listings set bedrooms = 77 where id = $1', [edited.id])
    await database.query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [withdrawn.id])
    expect(
      await withinOneTick(async () =>
        (await inDash(edited.key)).propertyDetails.noOfBedrooms === 77 &&
        (await inDash(withdrawn.key)).statusCode === 'WD'
      ),
    ).toBe(true)
    expect((await inDash(edited.key)).statusCode).not.toBe('WD')
    // Dash has it a moment before the hub has noted so
    await expect.poll(() => removal(withdrawn.id)).toMatchObject({
      external_id: (await inDash(withdrawn.key)).listingGuid,
      removed_at: expect.any(Date),
      last_error: null,
    })
  }, 240_000)

  async function removal(listing: string) {
    const { rows } = await database.query(
      `select s.external_id, s.removed_at, s.last_error from public.mls_listing_syndications s
       join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'SIR_GLOBAL' where s.listing_id = $1`,
      [listing],
    )
    return rows[0]
  }
})
