import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resourceByIngestName } from '../../functions/_shared/reso/dictionary.ts'
import { readRecord } from '../../functions/_shared/gold/record.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seedMarkets } from '../support/gold.ts'

/** Time of a source is evidence, not truth: what lies beyond the clock of the hub orders nothing. */
let database: TestDatabase
const office = 'SHARPSIR-CY-001'
const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

interface Entry {
  key: string
  outcome: string
  warnings?: { field: string; code: string }[]
}

/** One record through the way in, read as the door reads it. */
async function send(resource: string, record: Record<string, unknown>, context: object = {}): Promise<Entry> {
  const read = readRecord(
    resourceByIngestName(resource)!,
    structuredClone({ OriginatingSystemOfficeKey: office, ...record }),
  )
  const rows = [{ r: read.record, e: read.errors, w: read.warnings }]
  const [{ answer }] = await query('select mls.ingest_batch($1, $2, $3) as answer', [
    resource,
    JSON.stringify(rows),
    JSON.stringify({ client_id: 'test', offices: [office], request_path: '/', body_hash: 'x', ...context }),
  ]) as [{ answer: { receipt: { records: [Entry] } } }]
  return answer.receipt.records[0]
}

/** A resource, a field that changes, and where the source says when. */
const cases = ([
  ['property', 'City', 'ModificationTimestamp'],
  ['contacts', 'ContactLastName', 'X_QobrixModified'],
  ['member', 'MemberLastName', 'X_QobrixModified'],
  ['office', 'OfficeName', 'X_QobrixModified'],
  ['showing_appointment', 'ShowingRemarks', 'X_QobrixModified'],
  ['media', 'ShortDescription', 'X_QobrixModified'],
  ['open_house', 'OpenHouseRemarks', 'ModificationTimestamp'],
  ['property_rooms', 'RoomDescription', 'ModificationTimestamp'],
  ['property_unit_types', 'UnitTypeDescription', 'ModificationTimestamp'],
  ['teams', 'TeamName', 'ModificationTimestamp'],
  ['team_members', 'TeamMemberType', 'ModificationTimestamp'],
] as const).map(([resource, field, time]) => {
  const { key, table, fields } = resourceByIngestName(resource)!
  const columnOf = (name: string) => fields.find((each) => each.name === name)!.column!
  return { resource, key, field, time, table, column: columnOf(field), keyColumn: columnOf(key) }
})

describe.each(cases)('$resource', ({ resource, key, field, time, table, column, keyColumn }) => {
  const about = {
    ...resource === 'media' && { MediaURL: 'https://media.example/1.jpg', ResourceRecordKey: 'QOBRIX_times' },
    ...['open_house', 'property_rooms', 'property_unit_types'].includes(resource) &&
      { ListingKey: 'QOBRIX_times' },
  }
  const value = async (name: string) =>
    (await query(`select ${column} as value from ${table} where ${keyColumn} = $1`, [name]))[0]?.value
  const record = (name: string, text: string, at?: string | null) => ({
    ...about,
    [key]: name,
    [field]: text,
    ...(at === undefined ? {} : { [time]: at }),
  })

  it('a time of the future freezes nothing', async () => {
    const name = `${resource}_A`
    expect(await send(resource, record(name, 'one', '2026-01-01 00:00:00'))).toMatchObject({
      outcome: 'insert',
    })
    expect(await send(resource, record(name, 'two', '2099-01-01 00:00:00'))).toMatchObject({
      outcome: 'refresh',
      warnings: [{ field: time, code: 'future_time' }],
    })
    expect(await value(name)).toBe('two')
    expect(await send(resource, record(name, 'three', '2026-11-01 00:00:00'))).toMatchObject({
      outcome: 'refresh',
    })
    expect(await value(name)).toBe('three')
    expect(await send(resource, record(name, 'older', '2026-10-01 00:00:00'))).toMatchObject({
      outcome: 'stale',
    })
    expect(await value(name)).toBe('three')
  })

  it('the same content under such a time raises no bar', async () => {
    const name = `${resource}_B`
    await send(resource, record(name, 'one', '2026-01-01T00:00:00Z'))
    expect(await send(resource, record(name, 'one', '2099-01-01T00:00:00Z'))).toMatchObject({
      outcome: 'unchanged',
    })
    expect(await send(resource, record(name, 'two', '2026-02-01T00:00:00Z'))).toMatchObject({
      outcome: 'refresh',
    })
  })

  it.each(['03/11/2026', 'yesterday', '-infinity', 'NaT', '<NA>', '2026-11-03T25:00:00Z', '1.5', 'вчера'])(
    'a text that is no time, such as %s, makes no edit stale',
    async (text) => {
      const name = `${resource}_${text}`
      await send(resource, record(name, 'one', '2026-11-02T00:00:00Z'))
      expect(await send(resource, record(name, 'two', text))).toMatchObject({ outcome: 'refresh' })
      expect(await value(name)).toBe('two')
      expect(await send(resource, record(name, 'older', '2026-11-01T00:00:00Z'))).toMatchObject({
        outcome: 'stale',
      })
    },
  )

  it('what arrives first under such a time can be replaced', async () => {
    const name = `${resource}_C`
    expect(await send(resource, record(name, 'one', '2099-12-31T23:59:59+02:00'))).toMatchObject({
      outcome: 'insert',
    })
    expect(await send(resource, record(name, 'two', '2026-01-01'))).toMatchObject({ outcome: 'refresh' })
  })

  it('minutes ahead are a clock, not a mistake', async () => {
    const name = `${resource}_D`
    const soon = new Date(Date.now() + 5 * 60_000).toISOString()
    const entry = await send(resource, record(name, 'one', soon))
    expect(entry).toMatchObject({ outcome: 'insert' })
    expect(entry.warnings ?? []).toEqual([])
    expect(await send(resource, record(name, 'two', '2026-01-01'))).toMatchObject({ outcome: 'stale' })
  })

  it('rows that were frozen heal', async () => {
    const name = `${resource}_E`
    await send(resource, record(name, 'one', '2026-01-01'))
    const frozen = resource === 'property'
      ? `update mls_listing_origins o set source_modified_at = '2099-01-01' from mls_listings l where l.id = o.listing_id and l.origin_key = $1`
      : resource === 'media'
      ? `update mls_listing_media_origins o set source_modified_at = '2099-01-01' from mls_listing_media m where m.id = o.media_id and m.origin_media_key = $1`
      : `update ${table} set origin_modified_ts = '2099-01-01' where ${keyColumn} = $1`
    await query(frozen, [name])
    expect(await send(resource, record(name, 'one', '2026-02-01'))).toMatchObject({ outcome: 'unchanged' })
    expect(await send(resource, record(name, 'two', '2026-03-01'))).toMatchObject({ outcome: 'refresh' })
    expect(await value(name)).toBe('two')
  })

  it('is read by SQL as by the door', async () => {
    for (
      const at of ['2099-01-01 00:00:00', '9999-12-31T23:59:59.999999Z', '2026-01-01', 'no time', '', null]
    ) {
      const sent = { OriginatingSystemOfficeKey: office, ...record('X', 'one', at) }
      const [{ read }] = await query('select mls.read_record($1, $2) as read', [
        resource,
        JSON.stringify(sent),
      ]) as [{ read: { r: unknown; w: { code: string }[] } }]
      const door = readRecord(resourceByIngestName(resource)!, structuredClone(sent))
      expect(read.r, String(at)).toEqual(door.record)
      expect(read.w.map((warning: { code: string }) => warning.code)).toEqual(
        door.warnings.map(({ code }) => code),
      )
    }
  })
})

describe('a run', () => {
  const context = { client_id: 'test', offices: [office] }
  const call = async (name: string, ...values: unknown[]) =>
    (await query(`select mls.${name}(${values.map((_, n) => `$${n + 1}`).join(', ')}) as answer`, values))[0]
      .answer.answer
  const open = async (mode: string) =>
    (await call(
      'open_run',
      JSON.stringify({ source: 'times', office_key: office, resource: 'property', mode }),
      JSON.stringify(context),
    )).run_id
  const finish = (run: string) => call('finish_run', run, '{}', JSON.stringify(context))
  const in_run = (run: string, name: string, at: string) =>
    send('property', { ListingKey: name, [`ModificationTimestamp`]: at, City: `C${Math.random()}` }, {
      run_id: run,
    })

  it('of which nothing is known leaves the watermark empty', async () => {
    expect(await finish(await open('FULL'))).toMatchObject({ status: 'finished', watermark: null })
  })

  it('leaves times after its start out of the watermark, and does not cut them', async () => {
    const run = await open('FULL')
    await in_run(run, 'W1', '2026-11-01T08:00:00Z')
    await in_run(run, 'W2', '2099-01-01T00:00:00Z')
    await in_run(run, 'W3', new Date(Date.now() + 5 * 60_000).toISOString())
    expect(new Date((await finish(run)).watermark).toISOString()).toBe('2026-11-01T08:00:00.000Z')
    const next = await open('DELTA')
    await in_run(next, 'W4', '2099-01-01T00:00:00Z')
    expect(new Date((await finish(next)).watermark).toISOString()).toBe('2026-11-01T08:00:00.000Z')
    const report =
      (await query(`select mls.integrity_report($1) as report`, [JSON.stringify({ office_key: office })]))[0]
        .report
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'future_time', resource: 'property', records: 2 }),
    )
  })

  it('begins as long before the watermark as is agreed with its source', async () => {
    const ask = () =>
      call(
        'ingest_watermark',
        JSON.stringify({ source: 'times', office_key: office, resource: 'property' }),
        JSON.stringify(context),
      )
    expect(await ask()).toMatchObject({ overlap_seconds: 3600 })
    await query(
      `insert into mls_ingest_settings (source, office_key, overlap_seconds) values ('times', $1, 86400)`,
      [office],
    )
    expect(await ask()).toMatchObject({ overlap_seconds: 86400 })
  })

  it('with many stale records opens an alert, and the report says so', async () => {
    const run = await open('DELTA')
    for (let n = 0; n < 12; n++) {
      await in_run(run, `S${n}`, '2026-11-01T10:00:00Z')
      await in_run(run, `S${n}`, '2026-11-01T07:00:00Z')
    }
    await finish(run)
    const alerts = await query(
      `select subject, message from mls.alert_conditions() where code = 'source_stale'`,
    )
    expect(alerts).toEqual([{
      subject: `times/${office}/property`,
      message: expect.stringMatching(/^12 of \d+ records/),
    }])
    const report =
      (await query(`select mls.integrity_report($1) as report`, [JSON.stringify({ office_key: office })]))[0]
        .report
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'stale_share', stale: 12 }))
  })
})

it('the newest time of a batch is one that the merges would read', async () => {
  const rows = ['2026-03-01T00:00:00Z', '11/03/2026', 'yesterday', '2026-02-30', null].map((At) => ({
    r: { At },
  }))
  expect(
    await query(
      `select mls.newest_source_time('At', $1, '2026-11-30T00:00:00Z') = '2026-03-01T00:00:00Z' as is_read`,
      [JSON.stringify(rows)],
    ),
  ).toEqual([{ is_read: true }])
})
