import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newSecret } from '../../functions/_shared/delivery/webhooks/signature.ts'
import { runWebhooks } from '../../functions/_shared/delivery/webhooks/run-webhooks.ts'
import { claimRun, savePage } from '../../functions/_shared/sources/queue.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { addMarket, addSource, runNow, start } from '../support/sources/hub.ts'

/** What watches over sources: events of runs, alerts; and a page that takes its locks before it merges. */
let database: TestDatabase
let receiver: Receiver
const secret = newSecret()
const pool = () => database.pool

beforeAll(async () => {
  database = await createDatabase()
  receiver = await startReceiver(() => secret)
  for (
    const [name, value] of Object.entries({
      MLS_PUBLIC_URL: 'https://hub.example',
      MLS_WEBHOOKS_LOCAL: 'true',
      MLS_LOG_LEVEL: 'off',
    })
  ) vi.stubEnv(name, value)
}, 120_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  await receiver?.close()
  await database?.drop()
})

describe('source.run.finished', () => {
  it('is delivered, signed, to subscribers of the office, and to nobody else', async () => {
    const [office, other] = [await addMarket(pool(), 'WA'), await addMarket(pool(), 'WB')]
    for (const [client, offices] of [['mine', [office]], ['theirs', [other]]] as const) {
      await pool().query('select mls.upsert_api_client($1::jsonb)', [JSON.stringify({
        client_id: client,
        name: client,
        secret: client.padEnd(40, 'x'),
        scopes: ['odata'],
        offices,
        grants: [],
        profile: 'gold',
        api_visibility: 'all',
      })])
      await pool().query(
        `insert into public.mls_webhook_subscriptions (client_id, url, resource, secret, position) select c.id, $2, 'SourceRun', $3, 0 from public.mls_api_clients c where c.client_id = $1`,
        [client, `${receiver.url}/${client}`, secret],
      )
    }
    const source = await addSource(pool(), { office_key: office, code: 'WA', settings: { listings: 5 } })
    const run = await runNow(pool(), source)
    for (let round = 0; round < 5 && receiver.received.length === 0; round++) {
      await runWebhooks(pool(), { limit: 20 })
    }
    expect(receiver.received).toHaveLength(1)
    const { body, isSigned } = receiver.received[0] as unknown as {
      isSigned: boolean
      body: { type: string; data: Record<string, unknown> }
    }
    expect(isSigned).toBe(true)
    expect(body).toMatchObject({
      type: 'source.run.finished',
      data: {
        source_id: source,
        code: 'WA',
        office_key: office,
        run: { id: run.id, status: 'finished', counts: { insert: 5 } },
      },
    })
    // one that is cancelled is told too; a test of the source is none
    const cancelled = await start(pool(), source, 'FULL')
    await pool().query('select mls.cancel_source_run($1, $2)', [cancelled, '{"name": "test"}'])
    await runWebhooks(pool(), { limit: 20 })
    expect(receiver.received.at(-1)!.body.data).toMatchObject({ run: { id: cancelled, status: 'cancelled' } })
  })
})

describe('source_silent', () => {
  it('is raised after 36 hours or three intervals, for sources that have a schedule and may run', async () => {
    const office = await addMarket(pool(), 'SI')
    const source = await addSource(pool(), { office_key: office, code: 'SI', settings: { listings: 1 } })
    const alerts = async () =>
      (await pool().query(`select code from mls.source_alerts() where subject = 'SI/SI'`)).rows.map((
        { code },
      ) => code)
    const set = (changes: string) => pool().query(`update mls_sources set ${changes} where id = $1`, [source])
    await set(`last_ok_at = now() - interval '40 hours'`)
    expect(await alerts()).toEqual([]) // without a schedule nobody waits for it
    await set(`interval_minutes = 60, next_run_at = now()`)
    expect(await alerts()).toEqual(['source_silent'])
    await set(`interval_minutes = 1440`)
    expect(await alerts()).toEqual([]) // three days have not passed
    await set(`last_ok_at = now() - interval '73 hours'`)
    expect(await alerts()).toEqual(['source_silent'])
    await set(`enabled = false`)
    expect(await alerts()).toEqual([])
    await set(`enabled = true, last_ok_at = null, created_at = now()`)
    expect(await alerts()).toEqual([]) // too young to be missed
  })
})

describe('a page', () => {
  it('locks what all its batches may change before the first is merged', async () => {
    const office = await addMarket(pool(), 'LO')
    const source = await addSource(pool(), {
      office_key: office,
      code: 'LO',
      settings: { listings: 3, seed: 'lock' },
    })
    await runNow(pool(), source)
    const { rows: [picture] } = await pool().query(
      `select m.id, m.origin_media_key as key, l.origin_key as listing, l.id as listing_id from mls_listing_media m join mls_listings l on l.id = m.listing_id
       where l.originating_office_key = $1 order by m.id limit 1`,
      [office],
    )
    await start(pool(), source, 'FULL')
    const order = (await claimRun(pool(), { source }))!
    const writer = await pool().connect()
    try {
      // somebody holds a picture of the second batch, and will then write what is served
      await writer.query('begin')
      await writer.query('select from mls_listing_media where id = $1 for update', [picture.id])
      const page = savePage(
        pool(),
        order,
        JSON.stringify({
          stage: 'property',
          batches: [
            {
              resource: 'property',
              full: false,
              rows: [{
                r: {
                  ListingKey: picture.listing,
                  OriginatingSystemOfficeKey: office,
                  StandardStatus: 'Active',
                  ListPrice: '1.00',
                },
                e: [],
                w: [],
              }],
            },
            {
              resource: 'media',
              full: false,
              rows: [{
                r: {
                  MediaKey: picture.key,
                  ResourceRecordKey: picture.listing,
                  OriginatingSystemOfficeKey: office,
                  MediaURL: 'https://x.example/1.jpg',
                },
                e: [],
                w: [],
              }],
            },
          ],
          cursor: { plan: [], at: 0, place: null, incomplete: [] },
          records: 1,
          requests: 0,
          bytes: 0,
          last: false,
          lease_seconds: 60,
        }),
      )
      const waits = async () =>
        (await pool().query(
          `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%save_source_page%'`,
        )).rows[0].n
      while (await waits() === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      // were the first batch merged by now, its refresh would hold the stamp, and this would be a deadlock
      await writer.query(`update mls_listing_media set title = 'Ours' where id = $1`, [picture.id])
      await writer.query('commit')
      expect(await page).toMatchObject({ saved: true, status: 'running' })
    } finally {
      await writer.query('rollback').catch(() => undefined)
      writer.release()
    }
    const { rows: [row] } = await pool().query(
      'select l.list_price::text as price, m.media_url as url from mls_listings l join mls_listing_media m on m.listing_id = l.id where m.id = $1',
      [picture.id],
    )
    expect(row).toEqual({ price: '1.00', url: 'https://x.example/1.jpg' })
  })
})
