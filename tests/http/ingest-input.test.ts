import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { gzipSync } from 'node:zlib'
import type { Receipt } from '../../functions/_shared/ingest/merge-batch.ts'
import { type Hub, startHub } from '../support/hub.ts'

/**
 * The catalogue of bad input, over HTTP and against the database: each has its clear 4xx, or its outcome in the
 * receipt while its neighbour goes in, and nothing unintended is written.
 */
let hub: Hub
let token: string

beforeAll(async () => {
  hub = await startHub()
  token = await hub.token('databricks')
})
afterAll(() => hub?.stop())
afterEach(() =>
  hub.pool.query(
    'delete from public.mls_listings; delete from public.mls_ingest_receipts',
  )
)

const office = 'SHARPSIR-CY-001'
const good = {
  ListingKey: 'QOBRIX_good',
  OriginatingSystemOfficeKey: office,
  City: 'Limassol',
  ListPrice: '450000.00',
}
const json = { 'Content-Type': 'application/json' }
const gzip = { ...json, 'Content-Encoding': 'gzip' }

async function send(
  path: string,
  body: BodyInit,
  headers: Record<string, string> = json,
) {
  const response = await fetch(`${hub.functionsUrl}/ingest/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...headers },
    body,
  })
  return {
    status: response.status,
    type: response.headers.get('Content-Type'),
    body: await response.json(),
  }
}

async function receiptOf(records: unknown[]): Promise<Receipt> {
  const { status, body } = await send('property', JSON.stringify(records))
  expect(body.detail).toBeUndefined()
  expect(status).toBe(200)
  return body
}

async function keys(): Promise<string[]> {
  const { rows } = await hub.pool.query(
    'select origin_key from public.mls_listings order by origin_key',
  )
  return rows.map(({ origin_key }) => origin_key)
}

async function written(): Promise<number> {
  const { rows } = await hub.pool.query(`select
    (select count(*) from public.mls_listings)::int + (select count(*) from public.mls_ingest_receipts)::int as n`)
  return rows[0].n
}

describe('refused as a whole', () => {
  const batch = JSON.stringify([good])
  const whole = gzipSync(batch)
  it.each<[string, string, BodyInit, Record<string, string>, number, string]>([
    ['an unknown resource', 'listings', batch, json, 404, 'unknown_resource'],
    [
      'an unknown resource with an unreadable body and no token',
      'x',
      '{',
      { Authorization: '' },
      404,
      'unknown_resource',
    ],
    [
      'no token',
      'property',
      batch,
      { ...json, Authorization: '' },
      401,
      'unauthorized',
    ],
    [
      'a made-up token',
      'property',
      batch,
      { ...json, Authorization: 'Bearer x.y.z' },
      401,
      'invalid_token',
    ],
    [
      'CSV',
      'property',
      'a,b',
      { 'Content-Type': 'text/csv' },
      415,
      'unsupported_media_type',
    ],
    [
      'UTF-16',
      'property',
      batch,
      { 'Content-Type': 'application/json; charset=utf-16' },
      415,
      'unsupported_media_type',
    ],
    [
      'brotli',
      'property',
      batch,
      { ...json, 'Content-Encoding': 'br' },
      415,
      'unsupported_encoding',
    ],
    [
      'wrong JSON',
      'property',
      '[{"ListPrice": NaN}]',
      json,
      400,
      'invalid_body',
    ],
    [
      'JSON that is cut off',
      'property',
      batch.slice(0, -2),
      json,
      400,
      'invalid_body',
    ],
    [
      'Latin-1',
      'property',
      new Uint8Array([...new TextEncoder().encode('["'), 0xe9, 0x22, 0x5d]),
      json,
      400,
      'invalid_body',
    ],
    [
      'gzip that is cut off',
      'property',
      whole.subarray(0, -9),
      gzip,
      400,
      'invalid_body',
    ],
    ['gzip that is none', 'property', batch, gzip, 400, 'invalid_body'],
    [
      'a zip bomb',
      'property',
      gzipSync(Buffer.alloc(200_000_000, ' ')),
      gzip,
      413,
      'payload_too_large',
    ],
    [
      '50 MB',
      'property',
      `["${'x'.repeat(50_000_000)}"]`,
      json,
      413,
      'payload_too_large',
    ],
    [
      '1,001 records',
      'property',
      JSON.stringify(Array(1_001).fill(good)),
      json,
      413,
      'batch_too_large',
    ],
    [
      'brackets without end',
      'property',
      '['.repeat(5_000_000),
      json,
      400,
      'invalid_body',
    ],
    [
      'a misspelt parameter',
      'property?dryrun=true',
      batch,
      json,
      400,
      'invalid_parameter',
    ],
  ])('%s', async (_, path, body, headers, status, code) => {
    const answer = await send(path, body, headers)
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { code },
    })
    expect(await written()).toBe(0)
  })

  it('a token without the scope', async () => {
    const other = await hub.token('portal_cy')
    const answer = await send('property', batch, {
      ...json,
      Authorization: `Bearer ${other}`,
    })
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    })
    expect(await written()).toBe(0)
  })

  it('and the door is well afterwards', async () => {
    expect((await receiptOf([good])).totals.insert).toBe(1)
  })
})

describe('rejected alone, while its neighbour goes in', () => {
  const bad = { ...good, ListingKey: 'QOBRIX_bad' }
  it.each<[string, unknown, string]>([
    ['an element that is no object', 'text', 'not_an_object'],
    ['null', null, 'not_an_object'],
    ['no key', { ...good, ListingKey: 'nan' }, 'missing'],
    ['no office', { ListingKey: 'QOBRIX_bad' }, 'missing'],
    [
      'an oversized key',
      { ...good, ListingKey: 'k'.repeat(5_000) },
      'key_too_long',
    ],
    ['a price below zero', { ...bad, ListPrice: -5 }, 'out_of_range'],
    ['an absurd price', { ...bad, ListPrice: '9'.repeat(60) }, 'out_of_range'],
    [
      'a price that is none',
      { ...bad, ListPrice: 'on request' },
      'invalid_number',
    ],
    [
      'a status that is no text',
      { ...bad, StandardStatus: { code: 1 } },
      'invalid_text',
    ],
    [
      'a text of 1 MB',
      { ...bad, PublicRemarks: 'x'.repeat(1_000_000) },
      'too_long',
    ],
    ['an unknown text of 1 MB', {
      ...bad,
      custom_remarks: 'x'.repeat(1_000_000),
    }, 'too_long'],
    ['endless nesting', {
      ...bad,
      custom: JSON.parse('['.repeat(500) + ']'.repeat(500)),
    }, 'too_deep'],
  ])('%s', async (_, element, code) => {
    const receipt = await receiptOf([element, good])
    expect(receipt.totals).toMatchObject({ insert: 1, reject: 1 })
    expect(receipt.records[0]).toMatchObject({
      index: 0,
      outcome: 'reject',
      errors: [{ code }],
    })
    expect(receipt.records[1]).toMatchObject({
      index: 1,
      key: good.ListingKey,
      outcome: 'insert',
    })
    expect(await keys()).toEqual([good.ListingKey])
  })

  it('a key of another office, and of none', async () => {
    const receipt = await receiptOf([{
      ...bad,
      OriginatingSystemOfficeKey: 'NOWHERE',
    }, good])
    expect(receipt.records.map(({ outcome }) => outcome)).toEqual([
      'reject',
      'insert',
    ])
    expect(await keys()).toEqual([good.ListingKey])
  })

  it("an office of another client, and one that is not the run's", async () => {
    const secret = 'a-secret-of-the-hungarian-client-0001'
    await hub.pool.query('select mls.upsert_api_client($1::jsonb)', [JSON.stringify({
      client_id: 'hungarian',
      name: 'Hungarian source',
      secret,
      scopes: ['ingest'],
      offices: ['SHARPSIR-HU-001'],
      grants: [],
      profile: 'gold',
    })])
    hub.clients.hungarian = { client_id: 'hungarian', client_secret: secret }
    const own = { ...good, ListingKey: 'DASH_own', OriginatingSystemOfficeKey: 'HSIR' }
    const answer = await send('property', JSON.stringify([good, own]), {
      ...json,
      Authorization: `Bearer ${await hub.token('hungarian')}`,
    })
    expect(answer.body.records).toMatchObject([
      { outcome: 'reject', reason: 'office_mismatch' },
      { outcome: 'insert' },
    ])
    const run = await send(
      'runs',
      JSON.stringify({ source: 'x', office_key: office, resource: 'property', mode: 'DELTA' }),
    )
    const inRun = await send(
      `property?run=${run.body.run_id}`,
      JSON.stringify([{ ...own, ListingKey: 'DASH_2' }, good]),
    )
    expect(inRun.body.records).toMatchObject([
      { outcome: 'reject', reason: 'office_mismatch' },
      { outcome: 'insert' },
    ])
    await hub.pool.query('delete from public.mls_ingest_runs')
    expect(await keys()).toEqual(['DASH_own', good.ListingKey])
  })

  it.each<[string, string, Record<string, unknown>]>([
    ['a medium without its listing', 'media', { MediaKey: 'M', ResourceRecordKey: '' }],
    ['a medium with an oversized key', 'media', {
      MediaKey: 'm'.repeat(300),
      ResourceRecordKey: 'QOBRIX_good',
    }],
    ['a contact without a key', 'contacts', { ContactKey: 'None' }],
    ['a member with a structure for a key', 'member', { MemberKey: ['a'] }],
    ['an office of nobody', 'office', { OfficeKey: 'O', OriginatingSystemOfficeKey: 'NOBODY' }],
    ['a viewing with a listing key that is none', 'showing_appointment', {
      ShowingAppointmentKey: 'S',
      ListingKey: {},
    }],
  ])('%s', async (_, resource, fields) => {
    const { status, body } = await send(
      resource,
      JSON.stringify([{ OriginatingSystemOfficeKey: office, ...fields }]),
    )
    expect(status).toBe(200)
    expect(body.totals).toMatchObject({ insert: 0, reject: 1 })
  })

  it('one key twice: the newest counts', async () => {
    const receipt = await receiptOf([
      { ...good, ModificationTimestamp: '2026-01-02 00:00:00', City: 'Paphos' },
      {
        ...good,
        ModificationTimestamp: '2026-01-01 00:00:00',
        City: 'Nicosia',
      },
    ])
    expect(receipt.records.map(({ outcome }) => outcome)).toEqual([
      'insert',
      'stale',
    ])
    const { rows } = await hub.pool.query(
      'select city from public.mls_listings',
    )
    expect(rows).toEqual([{ city: 'Paphos' }])
  })
})

describe('taken, with a warning', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an optional number that is none', { YearBuilt: 'old' }, 'invalid_number'],
    ['half a bedroom', { BedroomsTotal: '2.5' }, 'invalid_integer'],
    ['a number beyond all fields', { LivingArea: 1e300 }, 'out_of_range'],
    ['30 February', { ListingContractDate: '2026-02-30' }, 'invalid_date'],
    ['half a place', { Latitude: '34.7', Longitude: '234' }, 'out_of_range'],
    ['0,0', { Latitude: 0, Longitude: 0 }, 'no_place'],
    ['an unknown status', { StandardStatus: 'available' }, 'unknown_status'],
    ['an oversized city', { City: 'c'.repeat(90_000) }, 'key_too_long'],
    ['NUL', { PublicRemarks: 'a\0b' }, 'cleaned'],
    ['half a surrogate pair', { PublicRemarks: 'a\ud83d' }, 'cleaned'],
    ['NUL in a name', { 'custom\0': 'x' }, 'bad_name'],
    ['__proto__', JSON.parse('{"__proto__": {"polluted": true}}'), 'bad_name'],
    ['fields that nobody knows', {
      custom_a: { deep: [1, null, 'x'] },
      custom_b: true,
    }, 'unknown_field'],
  ])('%s', async (_, fields, code) => {
    const text = JSON.stringify(good).replace(
      /}$/,
      `,${JSON.stringify(fields).slice(1)}`,
    )
    const { status, body } = await send('property', `[${text}]`)
    expect(status).toBe(200)
    expect(body.records[0]).toMatchObject({
      outcome: 'insert',
      key: good.ListingKey,
    })
    expect(
      body.records[0].warnings.map((warning: { code: string }) => warning.code),
    ).toContain(code)
    expect(await keys()).toEqual([good.ListingKey])
  })
})

describe('taken as it is', () => {
  it('control characters, blanks, scripts and emoji in a text', async () => {
    const text = ' \x01\x07\t\r\n\x7f Λεμεσός Қазақстан 😀 \u202e'
    await receiptOf([{ ...good, PublicRemarks: text }])
    const { rows } = await hub.pool.query(
      'select public_remarks from public.mls_listings',
    )
    expect(rows).toEqual([{ public_remarks: text }])
  })

  it('a price to the last digit, as text and as a number', async () => {
    const price = '9999999999999999.99'
    await send(
      'property',
      `[${JSON.stringify(good).replace('"450000.00"', price)}]`,
    )
    const { rows } = await hub.pool.query(
      'select list_price::text from public.mls_listings',
    )
    expect(rows).toEqual([{ list_price: price }])
  })

  it('an empty batch', async () => {
    const receipt = await receiptOf([])
    expect(receipt.totals).toEqual({
      insert: 0,
      refresh: 0,
      track: 0,
      unchanged: 0,
      stale: 0,
      skip: 0,
      reject: 0,
      delete: 0,
    })
    expect(receipt.records).toEqual([])
  })

  it('NDJSON with CRLF, a byte order mark, blank lines and no newline at its end', async () => {
    const lines = `\ufeff${JSON.stringify(good)}\r\n\r\n${
      JSON.stringify({ ...good, ListingKey: 'QOBRIX_2' })
    }`
    const { status, body } = await send('property', lines, {
      'Content-Type': 'application/x-ndjson',
    })
    expect([status, body.totals.insert]).toEqual([200, 2])
  })

  it('gzip', async () => {
    const { status, body } = await send(
      'property',
      gzipSync(JSON.stringify({ records: [good] })),
      gzip,
    )
    expect([status, body.totals.insert]).toEqual([200, 1])
  })

  it('nothing in a dry run, whose receipt is the same', async () => {
    const dry = await send(
      'property?dry_run=true',
      JSON.stringify([good, 'text']),
    )
    expect(await written()).toBe(0)
    const wet = await send('property', JSON.stringify([good, 'text']))
    expect({ ...dry.body, batch_id: '' }).toEqual({
      ...wet.body,
      batch_id: '',
    })
  })

  it('what comes back with its own spelling, as unchanged', async () => {
    await receiptOf([good])
    const receipt = await receiptOf([{
      ...good,
      ListPrice: 450000,
      BedroomsTotal: undefined,
    }])
    expect(receipt.records[0]!.outcome).toBe('unchanged')
  })
})
