import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type IntegrityReport, integrityReport } from '../../functions/_shared/integrity/report.ts'
import { integrityTable } from '../../functions/_shared/integrity/table.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, ingest, listing, seedMarkets } from '../support/gold.ts'

/** The report finds what tests plant and is silent otherwise. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())
beforeEach(async () => {
  // what a test planted behind the rules, no rule removes
  await database.pool.query(`
    delete from public.mls_listing_media; delete from public.mls_listings;
    delete from public.served_media; delete from public.served_property;
    delete from public.mls_ingest_runs; delete from public.mls_ingest_receipts`)
  await ingest(database.pool, 'property', [listing(1), listing(2), listing(3)])
  await ingest(database.pool, 'media', [{
    MediaKey: 'QOBRIX_MEDIA_1',
    ResourceRecordKey: 'QOBRIX_1',
    OriginatingSystemOfficeKey: cyprus,
    MediaURL: 'https://photos.example/1.jpg',
  }])
})

async function errors(): Promise<IntegrityReport['findings']> {
  const { findings, ok } = await integrityReport(database.pool, { office_key: 'CSIR' })
  const wrong = findings.filter(({ severity }) => severity === 'error')
  expect(ok).toBe(wrong.length === 0)
  return wrong
}

/** Changes a table behind the back of its triggers, as a wrong script of an administrator would. */
async function behindTheRules(statement: string): Promise<void> {
  const client = new (await import('pg')).default.Client(database.superuserUrl)
  await client.connect()
  await client.query(`set session_replication_role = replica; ${statement}`)
  await client.end()
}

describe('the integrity report', () => {
  it('is silent when nothing is wrong', async () => {
    const report = await integrityReport(database.pool)
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(report.counts).toContainEqual({ office_key: cyprus, resource: 'property', records: 3 })
    expect(integrityTable(report)).toMatch(/^OFFICE[\s\S]*OK: 0 errors/)
  })

  it('changes nothing by looking', async () => {
    const state = `select (select jsonb_agg(s.* order by s.seq) from public.served_property s) as served,
      (select count(*) from public.mls_entity_events) as events`
    const before = (await database.pool.query(state)).rows
    await behindTheRules(`update public.served_property set doc = '"x" : 1' where "ListingKey" = 'QOBRIX_1'`)
    await errors()
    await behindTheRules(`delete from public.served_property where "ListingKey" = 'QOBRIX_1'`)
    expect(
      (await database.pool.query(
        'select count(*)::int as n from public.served_property where not is_deleted',
      )).rows[0].n,
    ).toBe(2)
    expect((await database.pool.query(state)).rows[0].events).toBe(before[0].events)
  })

  it('finds a corrupted field of a listing', async () => {
    await database.pool.query(`update public.mls_listings set city = 'Nowhere' where origin_key = 'QOBRIX_2'`)
    expect(await errors()).toMatchObject([{
      check: 'corrupted',
      key: 'QOBRIX_2',
      field: 'City',
      actual: 'Nowhere',
    }])
  })

  it('finds a listing that was deleted behind the rules', async () => {
    await behindTheRules(`delete from public.mls_listings where origin_key = 'QOBRIX_3'`)
    expect((await errors()).map(({ check, key }) => `${check} ${key}`)).toContain('lost QOBRIX_3')
  })

  it('finds a lost medium', async () => {
    await behindTheRules(`delete from public.mls_listing_media where origin_media_key = 'QOBRIX_MEDIA_1'`)
    expect((await errors()).map(({ check, key }) => `${check} ${key}`)).toContain('lost QOBRIX_MEDIA_1')
  })

  it('finds a served row that is gone, and one that says something else', async () => {
    await behindTheRules(`delete from public.served_property where "ListingKey" = 'QOBRIX_1'`)
    await behindTheRules(
      `update public.served_property set doc = replace(doc, 'Limassol', 'Elsewhere') where "ListingKey" = 'QOBRIX_2'`,
    )
    expect((await errors()).map(({ check, key }) => `${check} ${key}`).sort()).toEqual([
      'served QOBRIX_1',
      'served QOBRIX_2',
    ])
  })

  it('compares with the summary that a run left', async () => {
    const summarised = async (summary: unknown) => {
      await database.pool.query('delete from public.mls_ingest_runs')
      await database.pool.query(
        `insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode, status, finished_at, gold_summary)
         select 'c', 'gold', o.office_key, o.tenant_id, 'property', 'FULL', 'finished', now(), $2 from public.mls_offices o where o.office_key = $1`,
        [cyprus, JSON.stringify(summary)],
      )
      return (await errors()).map(({ check, field }) => [check, field].filter(Boolean).join(' '))
    }
    const { rows: [{ checksum }] } = await database.pool.query(
      `select sum(mls.key_checksum('QOBRIX_' || n))::text as checksum from generate_series(1, 3) n`,
    )
    const right = {
      count: 3,
      key_checksum: Number(checksum),
      fields: { City: { non_null: 3 }, ListPrice: { non_null: 3, sum: 300_006 } },
      values: { StandardStatus: { Active: 3 } },
    }
    expect(await summarised(right)).toEqual([])
    expect(await summarised({ ...right, count: 4 })).toEqual(['count'])
    expect(await summarised({ ...right, key_checksum: 5 })).toEqual(['keys'])
    expect(
      await summarised({ ...right, fields: { City: { non_null: 2 }, ListPrice: { non_null: 3, sum: 1 } } }),
    ).toEqual([
      'field City',
      'field ListPrice',
    ])
    expect(await summarised({ ...right, values: { StandardStatus: { Active: 2, Closed: 1 } } })).toEqual([
      'mapping StandardStatus',
      'mapping StandardStatus',
    ])
  })

  it('compares all but what a run did not apply, and says how much that is', async () => {
    const seen = async (summary: object, totals: object = {}) => {
      await database.pool.query('delete from public.mls_ingest_runs')
      await database.pool.query(
        `insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode, status, finished_at, gold_summary, totals)
         select 'c', 'gold', o.office_key, o.tenant_id, 'property', 'FULL', 'finished', now(), $2, '{"stale": 0, "skip": 0}'::jsonb || $3::jsonb
         from public.mls_offices o where o.office_key = $1`,
        [cyprus, JSON.stringify(summary), JSON.stringify(totals)],
      )
      const { findings } = await integrityReport(database.pool, { office_key: cyprus })
      return findings.filter(({ check }) => ['count', 'keys', 'field', 'mapping', 'left_out'].includes(check))
        .map(({ severity, check, field, records }) => [severity, check, field ?? records].join(' ')).sort()
    }
    const { rows: [{ checksum }] } = await database.pool.query(
      `select sum(mls.key_checksum('QOBRIX_' || n))::text as checksum from generate_series(1, 3) n`,
    )
    const summary = {
      count: 3,
      key_checksum: Number(checksum),
      left_out: ['QOBRIX_2'],
      fields: { ListPrice: { non_null: 2, sum: 200_004 }, City: { non_null: 2 } },
      values: { StandardStatus: { Active: 2 }, PropertyType: { Residential: 2 } },
    }
    expect(await seen(summary, { stale: 1 })).toEqual(['warning left_out 1'])
    const wrong = { ...summary, fields: { ...summary.fields, ListPrice: { non_null: 2, sum: 7 } } }
    expect(await seen(wrong, { stale: 1 })).toEqual(['error field ListPrice', 'warning left_out 1'])
    // one that counts what was not applied cannot be compared, and that is said
    const { left_out: _, ...older } = summary
    expect(await seen(older, { skip: 1 })).toEqual(['warning left_out 1'])
    // neither a claim nor a cut-over keeps the others from being compared
    await database.pool.query(
      `update public.mls_listings set claimed_at = now(), status = 'DRAFT', property_type = 'Land' where origin_key = 'QOBRIX_1'`,
    )
    await database.pool.query(
      `select public.take_over((select id from public.mls_listings where origin_key = 'QOBRIX_3'))`,
    )
    expect(await seen({ ...summary, left_out: [] })).toEqual([
      'error field City',
      'error field ListPrice',
      'error mapping PropertyType',
      'error mapping StandardStatus',
    ])
    expect(await seen(summary)).toEqual(['warning left_out 1'])
  })

  it.each([
    { LeaseAmount: 900 },
    { LeasePrice: 900 },
    { LeaseAmount: 900, LeasePrice: null },
    { LeaseAmount: 900, LeasePrice: 800 },
    { LeaseAmount: null, LeasePrice: 800 },
  ])('takes no name of the rent for corrupted: %o', async (rent) => {
    await ingest(database.pool, 'property', [listing(4, rent)])
    expect(await errors()).toEqual([])
    await database.pool.query(`update public.mls_listings set lease_amount = 1 where origin_key = 'QOBRIX_4'`)
    expect((await errors()).map(({ check }) => check)).toContain('corrupted')
  })
})
