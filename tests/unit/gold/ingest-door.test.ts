import { describe, expect, it } from 'vitest'
import type { BatchContext, MergeResult } from '../../../functions/_shared/ingest/merge-batch.ts'
import { createIngestDoor } from '../../../functions/ingest/door.ts'
import type { GoldRecord, Reading } from '../../../functions/_shared/gold/record-builder.ts'
import type { Issue } from '../../../functions/_shared/gold/issues.ts'
import { HubError } from '../../../functions/_shared/http/errors.ts'
import type { ClientContext } from '../../../functions/_shared/oauth/client-context.ts'

const json = { 'Content-Type': 'application/json' }
const ndjson = { 'Content-Type': 'application/x-ndjson' }
const record = {
  ListingKey: 'QOBRIX_1',
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  ListPrice: '1250000.00',
}
const receipt = { batch_id: 'b', totals: {}, records: [] }
const run = '0b8f6a52-6a3e-4d0c-9f0e-3a4f5b6c7d8e'
const client = { client_id: 'databricks', offices: ['SHARPSIR-CY-001'] } as ClientContext

/** The records of a batch, out of the binary form of jsonb that the database takes. */
function readingsOf(rows: Uint8Array): Reading[] {
  expect(rows[0]).toBe(1)
  const elements: { r?: GoldRecord; e: Issue[]; w: Issue[] }[] = JSON.parse(
    new TextDecoder().decode(rows.subarray(1)),
  )
  return elements.map(({ r, e, w }) => ({ record: r, errors: e, warnings: w }))
}

interface Call {
  resource: string
  readings: Reading[]
  context: BatchContext
}

/** The door with a database that remembers what it was asked and answers as told. */
function doorWith(answer: () => unknown = () => ({ status: 200, receipt })) {
  const calls: Call[] = []
  const door = createIngestDoor({
    authorise: async (c, next) => {
      if (c.req.header('Authorization') !== 'Bearer good') throw new HubError('unauthorized')
      c.set('client', client)
      await next()
    },
    merge: (resource, rows, context) => {
      calls.push({ resource: resource.name, readings: readingsOf(rows), context })
      return Promise.resolve().then(() => answer() as MergeResult)
    },
  })
  const post = async (path: string, body: BodyInit | null, headers: Record<string, string> = json) => {
    const init = { method: 'POST', body, headers: { Authorization: 'Bearer good', ...headers } }
    const response = await door.request(`http://hub/ingest/${path}`, init)
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  return { post, calls, door }
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return await new Response(stream).arrayBuffer()
}

describe('a batch that is accepted', () => {
  it.each([
    ['an array', JSON.stringify([record, 5]), json],
    ['an object with records', JSON.stringify({ records: [record, 5] }), json],
    ['NDJSON', `${JSON.stringify(record)}\r\n\r\n5`, ndjson],
    ['NDJSON by its other name', `${JSON.stringify(record)}\n5\n`, { 'Content-Type': 'application/ndjson' }],
    ['NDJSON as JSON lines', `${JSON.stringify(record)}\n5\n`, { 'Content-Type': 'application/jsonl' }],
    ['UTF-8 by name', JSON.stringify([record, 5]), { 'Content-Type': 'application/json; charset=UTF-8' }],
    ['a byte order mark', `\ufeff${JSON.stringify([record, 5])}`, json],
  ])('as %s', async (_, body, headers) => {
    const { post, calls } = doorWith()
    expect(await post('property', body, headers)).toMatchObject({ status: 200, body: receipt })
    const [{ resource, readings }] = calls as [Call]
    expect(resource).toBe('Property')
    expect(readings[0]).toEqual({ record: { ...record, ListPrice: '1250000' }, errors: [], warnings: [] })
    expect(readings[1]!.errors[0]!.code).toBe('not_an_object')
  })

  it('as gzip, with the hash of the decoded body', async () => {
    const { post, calls } = doorWith()
    const text = JSON.stringify([record])
    await post('property', text)
    await post('property', await gzip(text), { ...json, 'Content-Encoding': 'gzip' })
    expect(calls[0]!.context.body_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(calls[1]!.context.body_hash).toBe(calls[0]!.context.body_hash)
  })

  it('when it is empty', async () => {
    const { post, calls } = doorWith()
    expect((await post('media', '[]')).status).toBe(200)
    expect((await post('media', '', ndjson)).status).toBe(200)
    expect(calls.map(({ readings }) => readings.length)).toEqual([0, 0])
  })

  it('with all that the database must know', async () => {
    const { post, calls } = doorWith()
    await post(`showing_appointment?run=${run}&dry_run=true`, '[]', {
      ...json,
      'Idempotency-Key': 'page-1',
      'X-Request-Id': 'r1',
    })
    expect(calls[0]!.context).toMatchObject({
      client_id: 'databricks',
      offices: ['SHARPSIR-CY-001'],
      run_id: run,
      dry_run: true,
      idempotency_key: 'page-1',
      request_path: `/ingest/showing_appointment?dry_run=true&run=${run}`,
      request_id: 'r1',
    })
  })

  it('with one spelling of path and query', async () => {
    const { post, calls } = doorWith()
    await post(`property?run=${run}&dry_run=true`, '[]')
    await post(`property/?dry_run=true&run=${run}&forceFunctionRegion=eu-west-1`, '[]')
    await post('property?dry_run=false', '[]')
    const [first, second, third] = calls.map(({ context }) => context.request_path)
    expect(second).toBe(first)
    expect(third).toBe('/ingest/property')
  })
})

describe('a large batch', () => {
  const records = Array.from({ length: 200 }, (_, n) => ({
    ...record,
    ListingKey: `QOBRIX_${n}`,
    PublicRemarks: `Θέα "}],[{" \\ \u{1f3e0} ${'x'.repeat(n * 40)}`,
  }))

  it.each([
    ['an array', JSON.stringify(records), json],
    ['a pretty-printed array', `\ufeff ${JSON.stringify(records, null, 2)} `, json],
    ['NDJSON', records.map((one) => JSON.stringify(one)).join('\r\n\n'), ndjson],
    ['an object with records', JSON.stringify({ records }), json],
  ])('arrives whole and in order: %s', async (_, body, headers) => {
    const { post, calls } = doorWith()
    expect((await post('property', body, headers)).status).toBe(200)
    const sent = calls[0]!.readings.map((reading) => reading.record)
    expect(sent).toEqual(records.map((one) => ({ ...one, ListPrice: '1250000' })))
  })

  it('with a fault far behind says where', async () => {
    const { post, calls } = doorWith()
    const text = JSON.stringify(records)
    const broken = `${text.slice(0, -1)},]`
    expect((await post('property', broken)).body).toMatchObject({ offset: text.length })
    const bytes = new TextEncoder().encode(text)
    bytes[bytes.length - 20] = 255
    expect((await post('property', bytes)).body.detail).toContain(`byte offset ${bytes.length - 20}`)
    const lines = `${records.map((one) => JSON.stringify(one)).join('\n')}\n{"a":}`
    expect((await post('property', lines, ndjson)).body).toMatchObject({ line: 201, column: 6 })
    expect(calls).toEqual([])
  })

  it('waits for its turn while two are being merged', async () => {
    const merged: (() => void)[] = []
    const { post, calls } = doorWith(() =>
      new Promise((resolve) => merged.push(() => resolve({ status: 200, receipt })))
    )
    const answers = ['property', 'property', 'property'].map((resource) => post(resource, '[]'))
    await expect.poll(() => calls).toHaveLength(2)
    merged.shift()!()
    await expect.poll(() => calls).toHaveLength(3)
    merged.forEach((end) => end())
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('a request that is refused before the database is asked', () => {
  const million = 'x'.repeat(1_000_000)
  it.each<[string, string, BodyInit | null, Record<string, string>, number, string]>([
    ['an unknown resource, whatever the body', 'listing', '{broken', {}, 404, 'unknown_resource'],
    ['a resource in the wrong case', 'Property', '[]', json, 404, 'unknown_resource'],
    ['a name that begins like a resource', 'property_x', '[]', json, 404, 'unknown_resource'],
    ['a name that ends like one', 'old_office', '[]', json, 404, 'unknown_resource'],
    ['a name that holds one', 'my_media_files', '[]', json, 404, 'unknown_resource'],
    ['an unknown resource, whoever asks', 'listing', '[]', { Authorization: '' }, 404, 'unknown_resource'],
    ['no token, whatever the body', 'property', '{broken', { Authorization: '' }, 401, 'unauthorized'],
    ['another media type', 'property', '[]', { 'Content-Type': 'text/csv' }, 415, 'unsupported_media_type'],
    [
      'another charset',
      'property',
      '[]',
      { 'Content-Type': 'application/json; charset=latin1' },
      415,
      'unsupported_media_type',
    ],
    [
      'another encoding',
      'property',
      '[]',
      { ...json, 'Content-Encoding': 'br' },
      415,
      'unsupported_encoding',
    ],
    ['an empty body', 'property', '', json, 400, 'invalid_body'],
    ['wrong JSON', 'property', '[{"ListPrice":NaN}]', json, 400, 'invalid_body'],
    ['a single record', 'property', '{"ListingKey":"K"}', json, 400, 'invalid_body'],
    ['records that are no array', 'property', '{"records":{}}', json, 400, 'invalid_body'],
    ['a text', 'property', '"[]"', json, 400, 'invalid_body'],
    ['bytes that are no UTF-8', 'property', new Uint8Array([91, 34, 255, 34, 93]), json, 400, 'invalid_body'],
    [
      'text that claims to be gzip',
      'property',
      '[]',
      { ...json, 'Content-Encoding': 'gzip' },
      400,
      'invalid_body',
    ],
    ['50 MB', 'property', `["${million.repeat(50)}"]`, json, 413, 'payload_too_large'],
    ['1,001 records', 'property', JSON.stringify(Array(1_001).fill({})), json, 413, 'batch_too_large'],
    ['1,001 lines', 'property', '{}\n'.repeat(1_001), ndjson, 413, 'batch_too_large'],
    ['a misspelt parameter', 'property?dryrun=true', '[]', json, 400, 'invalid_parameter'],
    ['a parameter twice', 'property?dry_run=true&dry_run=false', '[]', json, 400, 'invalid_parameter'],
    ['dry_run=1', 'property?dry_run=1', '[]', json, 400, 'invalid_parameter'],
    ['a run that is no run_id', 'property?run=7', '[]', json, 400, 'invalid_parameter'],
    [
      'an empty idempotency key',
      'property',
      '[]',
      { ...json, 'Idempotency-Key': '' },
      400,
      'invalid_parameter',
    ],
    [
      'an idempotency key with a blank',
      'property',
      '[]',
      { ...json, 'Idempotency-Key': 'a b' },
      400,
      'invalid_parameter',
    ],
    [
      'an endless idempotency key',
      'property',
      '[]',
      { ...json, 'Idempotency-Key': 'k'.repeat(256) },
      400,
      'invalid_parameter',
    ],
  ])('%s', async (_, path, body, headers, status, code) => {
    const { post, calls } = doorWith()
    const answer = await post(path, body, headers)
    expect(answer).toMatchObject({ status, body: { code, status } })
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(calls).toEqual([])
  })

  it('gzip that is cut off, or unpacks to gigabytes', async () => {
    const { post, calls } = doorWith()
    const packed = { ...json, 'Content-Encoding': 'gzip' }
    const whole = await gzip(JSON.stringify([record]))
    expect(await post('property', whole.slice(0, -9), packed)).toMatchObject({ status: 400 })
    expect(await post('property', await gzip('['.padEnd(200_000_000)), packed)).toMatchObject({ status: 413 })
    expect(calls).toEqual([])
  })

  it('another method, and says which one to use', async () => {
    const { door } = doorWith()
    const known = await door.request('http://hub/ingest/property')
    expect([known.status, known.headers.get('Allow')]).toEqual([405, 'POST, OPTIONS'])
    expect((await door.request('http://hub/ingest/nothing')).status).toBe(404)
  })

  it('and says where a body is wrong', async () => {
    const { post } = doorWith()
    expect((await post('property', '[{"a":1},{"a":nan}]')).body).toMatchObject({ offset: 14 })
    expect((await post('property', '{"a":1}\n{"a":1', ndjson)).body).toMatchObject({ line: 2, column: 7 })
  })
})

describe('what the database answers', () => {
  it('a refusal, as a problem with its members', async () => {
    const refusal = {
      status: 422,
      code: 'idempotency_mismatch',
      detail: 'Another body came with this key.',
      first_seen: 't',
    }
    const { post } = doorWith(() => refusal)
    expect(await post('property', '[]')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch', detail: refusal.detail, first_seen: 't' },
    })
  })

  it('a lost connection, as 503 to be tried again', async () => {
    const { post } = doorWith(() => {
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    })
    const { status, headers, body } = await post('property', '[]')
    expect([status, body.code, headers.get('Retry-After')]).toEqual([503, 'database_unavailable', '5'])
  })

  it('a code that nobody knows, as a fault of the hub', async () => {
    const { post } = doorWith(() => ({ status: 418, code: 'teapot', detail: 'SQL text' }))
    const { status, body } = await post('property', '[]')
    expect([status, body.code]).toEqual([500, 'internal_error'])
    expect(JSON.stringify(body)).not.toContain('SQL')
  })
})
