import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, hungary, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

/** Two sources on one office: a FULL run flags what its own source delivered, and never what the other one did. */
let database: TestDatabase
const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())
beforeEach(() =>
  query(`
    delete from mls_listing_media; delete from mls_listings; delete from mls_contacts; delete from mls_members;
    delete from mls_showings; delete from mls_offices where not is_market; delete from mls_ingest_runs; delete from mls_ingest_receipts; delete from mls_ingest_quarantine`)
)

const context = { client_id: 'test' }

interface Run {
  mode?: 'FULL' | 'DELTA'
  keys?: string[]
  force?: boolean
  office?: string
}

/** One run from opening to finish; answers what finish answered, flattened. */
async function run(
  source: string,
  resource: string,
  records: GoldRecord[],
  { mode = 'FULL', keys, force, office = cyprus }: Run = {},
) {
  const [{ id }] = await query(`select mls.open_run($1, $2) -> 'answer' ->> 'run_id' as id`, [
    { source, office_key: office, resource, mode },
    context,
  ])
  const came = records.length === 0
    ? []
    : outcomes(await ingest(database.pool, resource, records, { run_id: id }))
  if (keys) await query(`select mls.add_run_keys($1, $2, $3)`, [id, JSON.stringify(keys), context])
  const [{ answer }] = await query(`select mls.finish_run($1, $2, $3) as answer`, [id, {
    force: force ?? false,
  }, context])
  if (answer.status !== 200) await query(`select mls.finish_run($1, '{"abandon": true}', $2)`, [id, context])
  return { came, ...(answer.answer ?? answer) }
}

/** What each resource needs to be met in a run: a record of number n, its key, and its live rows. */
const cases: Record<
  string,
  { record: (n: number, changes?: GoldRecord) => GoldRecord; key: (n: number) => string; live: string }
> = {
  property: {
    record: (n, changes) => listing(n, changes),
    key: (n) => `QOBRIX_${n}`,
    live: `select origin_key as key from mls_listings where not origin_deleted`,
  },
  media: {
    record: (n, changes = {}) => ({
      MediaKey: `M${n}`,
      ResourceRecordKey: 'QOBRIX_0',
      OriginatingSystemOfficeKey: cyprus,
      MediaURL: `https://x.example/${n}`,
      ...changes,
    }),
    key: (n) => `M${n}`,
    live: `select origin_media_key as key from mls_listing_media where not origin_deleted`,
  },
  contacts: {
    record: (n, changes = {}) => ({
      ContactKey: `C${n}`,
      ContactLastName: `Лис ${n}`,
      OriginatingSystemOfficeKey: cyprus,
      ...changes,
    }),
    key: (n) => `C${n}`,
    live: `select origin_contact_key as key from mls_contacts where not origin_deleted`,
  },
  member: {
    record: (n, changes = {}) => ({
      MemberKey: `A${n}`,
      MemberLastName: `Fox ${n}`,
      OriginatingSystemOfficeKey: cyprus,
      ...changes,
    }),
    key: (n) => `A${n}`,
    live: `select origin_member_key as key from mls_members where not origin_deleted`,
  },
  office: {
    record: (n, changes = {}) => ({
      OfficeKey: `O${n}`,
      OfficeName: `Office ${n}`,
      OriginatingSystemOfficeKey: cyprus,
      ...changes,
    }),
    key: (n) => `O${n}`,
    live: `select office_key as key from mls_offices where not origin_deleted and not is_market`,
  },
  showing_appointment: {
    record: (n, changes = {}) => ({
      ShowingAppointmentKey: `S${n}`,
      ListingKey: 'QOBRIX_0',
      ShowingRemarks: `${n}`,
      OriginatingSystemOfficeKey: cyprus,
      ...changes,
    }),
    key: (n) => `S${n}`,
    live: `select origin_showing_key as key from mls_showings where not origin_deleted`,
  },
}

describe.each(Object.keys(cases))('%s', (resource) => {
  const { record, key, live } = cases[resource]!
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
  const records = (from: number, to: number) => numbers(from, to).map((n) => record(n))
  const keys = (from: number, to: number) => numbers(from, to).map(key)
  const alive = async () => (await query(`${live} order by 1`)).map((row) => row.key)
  beforeEach(async () => {
    if (['media', 'showing_appointment'].includes(resource)) {
      await ingest(database.pool, 'property', [listing(0)])
    }
  })

  it("is every source's while no run delivered it", async () => {
    await ingest(database.pool, resource, records(10, 20))
    expect(await run('a', resource, [], { keys: keys(10, 19) })).toMatchObject({ flagged_deleted: 1 })
    expect(await run('b', resource, [], { keys: keys(10, 18) })).toMatchObject({ flagged_deleted: 1 })
    expect(await alive()).toEqual(keys(10, 18))
  })

  it("is its source's once a run delivered it, new, changed or as it was", async () => {
    await ingest(database.pool, resource, records(10, 20))
    expect((await run('a', resource, [...records(10, 20), ...records(20, 30)], { mode: 'DELTA' })).came)
      .toEqual([...Array(10).fill('unchanged'), ...Array(10).fill('insert')])
    await run('b', resource, records(30, 40), { mode: 'DELTA' })
    // b names nothing but its own: all of a's stays, and the threshold counts b's ten
    expect(await run('b', resource, records(30, 39), { keys: keys(30, 39) })).toMatchObject({
      flagged_deleted: 1,
    })
    expect(await alive()).toEqual([...keys(10, 30), ...keys(30, 39)])
    expect(await run('b', resource, [], { keys: keys(30, 36) })).toMatchObject({
      code: 'shrink_refused',
      would_flag: 3,
      of: 9,
    })
    // a names none of b's
    expect(await run('a', resource, [], { keys: keys(10, 27) })).toMatchObject({ flagged_deleted: 3 })
    expect(await alive()).toEqual([...keys(10, 27), ...keys(30, 39)])
  })

  it('goes over to the source that delivered it last, and stays what it is in between', async () => {
    await run('a', resource, records(10, 15), { mode: 'DELTA' })
    await run('b', resource, records(13, 15), { mode: 'DELTA' })
    // outside of runs nobody takes anything
    await ingest(database.pool, resource, records(10, 15))
    expect(await run('a', resource, [], { keys: keys(10, 12), force: true })).toMatchObject({
      flagged_deleted: 1,
    })
    expect(await alive()).toEqual([...keys(10, 12), ...keys(13, 15)])
    expect(await run('b', resource, [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 2 })
    expect(await alive()).toEqual(keys(10, 12))
    // what returns is its deliverer's, whoever had it
    expect((await run('a', resource, records(13, 15), { mode: 'DELTA' })).came).toEqual([
      'refresh',
      'refresh',
    ])
    expect(await run('b', resource, [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 0 })
  })

  it("of a source that ended is everybody's again when an operator says so", async () => {
    await run('old', resource, records(10, 20), { mode: 'DELTA' })
    await run('other', resource, records(20, 22), { mode: 'DELTA' })
    await run('new', resource, records(10, 19), { mode: 'DELTA' })
    expect(await run('new', resource, [], { keys: keys(10, 19) })).toMatchObject({ flagged_deleted: 0 })
    const [{ released }] = await query(`select mls.release_source('CSIR', 'old') as released`)
    expect(released).toMatchObject({ [resource]: 1 })
    expect(await run('new', resource, [], { keys: keys(10, 19) })).toMatchObject({ flagged_deleted: 1 })
    expect(await alive()).toEqual([...keys(10, 19), ...keys(20, 22)])
  })
})

describe('a claimed listing', () => {
  it("is its source's like any other, whether the source changed it or not", async () => {
    await ingest(database.pool, 'property', [listing(1), listing(2)])
    await query(`update mls_listings set claimed_at = now(), status = 'DRAFT'`)
    const [{ version }] = await query(`select version from mls_listings where origin_key = 'QOBRIX_2'`)
    expect((await run('a', 'property', [listing(1, { ListPrice: 5 }), listing(2)], { mode: 'DELTA' })).came)
      .toEqual(['track', 'unchanged'])
    // an app that holds the row may still save it
    expect(await query(`select version from mls_listings where origin_key = 'QOBRIX_2'`)).toEqual([{
      version,
    }])
    expect(await run('b', 'property', [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 0 })
    expect(await run('a', 'property', [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 2 })
  })
})

describe('what gold says of itself', () => {
  it('is compared with what its own source delivered', async () => {
    await run('a', 'property', [listing(1), listing(2)], { mode: 'DELTA' })
    await run('b', 'property', [listing(3), listing(4), listing(5)], { mode: 'DELTA' })
    for (
      const [source, records] of [['a', [listing(1), listing(2)]], ['b', [
        listing(3),
        listing(4),
        listing(5),
      ]]] as const
    ) {
      const [{ id }] = await query(`select mls.open_run($1, $2) -> 'answer' ->> 'run_id' as id`, [
        { source, office_key: cyprus, resource: 'property', mode: 'DELTA' },
        context,
      ])
      const sum = records.reduce((total, { ListPrice }) => total + Number(ListPrice), 0)
      await query(`select mls.finish_run($1, $2, $3)`, [id, {
        gold_summary: {
          count: records.length,
          fields: { ListPrice: { non_null: records.length, sum } },
          values: { StandardStatus: { Active: records.length } },
        },
      }, context])
    }
    const found = async () =>
      (await query(`select mls.integrity_report($1) as r`, [{ office_key: cyprus }]))[0].r.findings
        .filter(({ severity }: { severity: string }) => severity === 'error')
    // the checksum is not asked for here
    expect(
      (await found()).map(({ check, resource }: Record<string, string>) => `${check} ${resource}`).filter((
        name: string,
      ) => !name.startsWith('keys')),
    ).toEqual([])
    await query(
      `update mls_listing_origins set delivered_by = 'b' where listing_id = (select id from mls_listings where origin_key = 'QOBRIX_1')`,
    )
    expect((await found()).filter(({ check }: { check: string }) => check === 'count')).toMatchObject([
      { expected: 2, actual: 1 },
      { expected: 3, actual: 4 },
    ])
  })
})

it('keeps what comes out of quarantine for the source whose run brought it', async () => {
  await query(`update mls_offices set aliases = '{}' where office_key = $1`, [cyprus])
  await run('a', 'property', [listing(1, { OriginatingSystemOfficeKey: 'LATER' })], { mode: 'DELTA' })
  await ingest(database.pool, 'property', [listing(2, { OriginatingSystemOfficeKey: 'LATER' })])
  await query(`update mls_offices set aliases = '{CSIR,LATER}' where office_key = $1`, [cyprus])
  const [{ answer }] = await query(
    `select mls.replay_quarantine(array(select id from mls_ingest_quarantine where status = 'open'), $1) -> 'answer' as answer`,
    [{ ...context, offices: [cyprus] }],
  )
  const totals = answer.receipts.map((receipt: { totals: { insert: number } }) => receipt.totals.insert)
  expect(totals).toEqual([1, 1])
  // the second came outside of runs
  expect(await run('b', 'property', [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 1 })
  expect(await run('a', 'property', [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 1 })
})

it('leaves other offices alone, whatever the source is called', async () => {
  await run('a', 'property', [listing(1)], { mode: 'DELTA' })
  await run('a', 'property', [listing(2, { ListingKey: 'DASH_2', OriginatingSystemOfficeKey: hungary })], {
    mode: 'DELTA',
    office: hungary,
  })
  expect(await run('a', 'property', [], { keys: [], force: true })).toMatchObject({ flagged_deleted: 1 })
  expect(await query(`select origin_key from mls_listings where not origin_deleted`)).toEqual([{
    origin_key: 'DASH_2',
  }])
})
