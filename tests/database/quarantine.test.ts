import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, seedMarkets } from '../support/gold.ts'
import { resources } from '../../functions/_shared/reso/dictionary.ts'

let database: TestDatabase
const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const context = { client_id: 'test', offices: ['SHARPSIR-CY-001'] }
const entries = (resource: string) =>
  query('select id, status, times, reason from mls_ingest_quarantine where resource = $1', [resource])

describe.each(resources.map(({ ingestName, key }) => [ingestName, key]))(
  'a bad record of %s',
  (resource, key) => {
    const bad = (build: number) => ({
      [key]: `Q_${resource}`,
      OriginatingSystemOfficeKey: `NEW-${resource}`,
      ResourceRecordKey: 'L',
      ListingKey: resource === 'property' ? `Q_${resource}` : 'L',
      OpenHouseDate: '2026-08-15',
      etl_batch_id: `build ${build}`,
      etl_timestamp: `2026-11-0${build} 00:00:00`,
    })

    it('is one entry however often gold is rebuilt, and keeps it until it gets in', async () => {
      for (const build of [1, 2, 3]) await ingest(database.pool, resource, [bad(build)])
      const [first, ...more] = await entries(resource)
      expect(more).toEqual([])
      expect(first).toMatchObject({ status: 'open', times: 3, reason: 'unknown_office' })
      const replay = async () =>
        (await query('select mls.replay_quarantine($1, $2) as answer', [[first.id], {
          ...context,
          whole_hub: true,
        }]))[0].answer.answer
      expect(await replay()).toMatchObject({ still_open: [first.id], receipts: [{ totals: { reject: 1 } }] })
      expect(await entries(resource)).toEqual([{ ...first, times: 4 }])
    })
  },
)

it('a receipt can be read again by its client and by operators of its offices', async () => {
  await query(
    `insert into mls_api_clients (client_id, name, secret_hash, offices) values ('test', 'test', repeat('a', 64), '{SHARPSIR-CY-001}') on conflict do nothing`,
  )
  const receipt = await ingest(database.pool, 'member', [{
    MemberKey: 'R1',
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  }])
  const ask = async (asker: object) =>
    (await query('select mls.get_receipt($1, $2) as answer', [receipt.batch_id, asker]))[0].answer
  const [cyprus, hungary] = [['SHARPSIR-CY-001'], ['SHARPSIR-HU-001']]
  for (
    const asker of [
      { client_id: 'test', offices: cyprus },
      { client_id: 'anna', offices: cyprus, operator: true },
      { client_id: 'root', offices: [], operator: true, whole_hub: true },
    ]
  ) expect(await ask(asker)).toEqual({ status: 200, answer: receipt })
  for (
    const asker of [
      { client_id: 'other', offices: cyprus },
      { client_id: 'test', offices: hungary, operator: true },
      { client_id: 'bela', offices: hungary, operator: true },
    ]
  ) expect(await ask(asker)).toMatchObject({ status: 404, code: 'unknown_receipt' })
})
