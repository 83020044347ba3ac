import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../../../scripts/stack/layout.ts'

/** Values of Spark on their way into JSON: the notebooks' own code, under python3. */
const hasPython = spawnSync('python3', ['--version']).status === 0
const script = join(repository, 'tests/fixtures/databricks/evaluate.py')

function evaluate(
  module: string,
  expressions: string[],
  zone = 'UTC',
): { value?: unknown; error?: string }[] {
  const { stdout, stderr, status } = spawnSync('python3', [script], {
    input: JSON.stringify({ modules: [module], expressions }),
    env: { ...process.env, TZ: zone },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const inf = `float('inf')`
const zones = ['UTC', 'Asia/Nicosia', 'America/Los_Angeles', 'Pacific/Auckland']

describe.skipIf(!hasPython)('values of Spark as JSON', () => {
  it('each kind of value has one form', () => {
    const table: [string, unknown][] = [
      [`None`, null],
      [`'Лимассол'`, 'Лимассол'],
      [`True`, true],
      [`json.dumps(to_json(9007199254740993))`, '9007199254740993'],

      [`0.1`, 0.1],
      [`float('nan')`, null],
      // the hub decides about what it cannot read: a price rejects the record, anything else is null with a warning
      [inf, 'Infinity'],
      [`-${inf}`, '-Infinity'],
      [`decimal.Decimal('1250000.00')`, '1250000.00'],
      [`decimal.Decimal('1E+3')`, '1000'],
      [`decimal.Decimal('NaN')`, null],
      [`decimal.Decimal('-Infinity')`, '-Infinity'],
      [`datetime.date(2026, 1, 31)`, '2026-01-31'],
      [
        `datetime.datetime(2026, 1, 31, 10, 0, 0, 5, tzinfo=datetime.timezone.utc)`,
        '2026-01-31T10:00:00.000005Z',
      ],
      [
        `datetime.datetime(2026, 1, 31, 10, tzinfo=datetime.timezone(datetime.timedelta(hours=-8)))`,
        '2026-01-31T18:00:00Z',
      ],
      [`datetime.time(9, 30)`, '09:30:00'],
      [`bytearray(b'\\x00\\xff')`, 'AP8='],
      [`b''`, ''],
      [`uuid.UUID(int=1)`, '00000000-0000-0000-0000-000000000001'],
      [`NaT`, null],
      [`NumpyScalar(7)`, 7],
      [`NumpyScalar([1.5, ${inf}])`, [1.5, 'Infinity']],
      [`['Sea', None, ['Pool']]`, ['Sea', null, ['Pool']]],
      [`{'a': {'b': decimal.Decimal('0.10')}}`, { a: { b: '0.10' } }],
      [`{1: 'x', True and 2: 'y', decimal.Decimal('2.50'): 'z'}`, { 1: 'x', 2: 'y', '2.50': 'z' }],
      [
        `Row(price=decimal.Decimal('1.50'), inner=Row(at=datetime.date(2026, 1, 1)), list=[Row(x=${inf})])`,
        { price: '1.50', inner: { at: '2026-01-01' }, list: [{ x: 'Infinity' }] },
      ],
    ]
    expect(evaluate('hub_values', table.map(([expression]) => `to_json(${expression})`)))
      .toEqual(table.map(([, value]) => ({ value })))
  })

  it('what has no form is named by key and field', () => {
    const table: [string, string][] = [
      [
        `record_to_json({'ListingKey': 'QOBRIX_1', 'X_Age': datetime.timedelta(days=1)}, 'ListingKey')`,
        `ValueError: ListingKey 'QOBRIX_1', field X_Age holds a timedelta, which has no form in JSON`,
      ],
      [
        `record_to_json({'MediaKey': 'M1', 'X': Row(a=[1, {'b': 1j}])}, 'MediaKey')`,
        `ValueError: MediaKey 'M1', field X.a[1].b holds a complex`,
      ],
      [
        `record_to_json({'ListingKey': 'K', 'X': {None: 1}}, 'ListingKey')`,
        `ValueError: ListingKey 'K', field X is a map with the key None`,
      ],
      [
        `record_to_json({'ListingKey': 'K', 'X': datetime.datetime(1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=3)))}, 'ListingKey')`,
        `ValueError: ListingKey 'K', field X holds`,
      ],
    ]
    expect(evaluate('hub_values', table.map(([expression]) => expression)))
      .toEqual(table.map(([, message]) => ({ error: expect.stringContaining(message) })))
  })

  it.each(zones)('timestamps mean the same with the process in %s', (zone) => {
    // how Spark hands out 2026-07-01T00:30:00Z, and the hour that the end of summer time repeats
    const moments = [1782865800, 1793525400, 1793529000, 1792890000, 1792893600]
    const results = evaluate(
      'hub_values',
      moments.map((at) => `to_json(datetime.datetime.fromtimestamp(${at}))`),
      zone,
    )
    expect(results.map(({ value }) => Date.parse(value as string) / 1000)).toEqual(moments)
  })
})

describe.skipIf(!hasPython)('source times', () => {
  it('are read as the hub reads them', () => {
    const table = [
      ['2026-01-31T10:00:00Z', '2026-01-31 10:00:00+00:00'],
      ['2026-01-31 10:00:00', '2026-01-31 10:00:00+00:00'],
      ['2026-01-31T10:00', '2026-01-31 10:00:00+00:00'],
      ['2026-01-31T10:00:00.1234567+03:00', '2026-01-31 07:00:00.123456+00:00'],
      ['2026-01-31T22:00:00-08', '2026-02-01 06:00:00+00:00'],
      ['2026-01-31T10:00:00 UTC', '2026-01-31 10:00:00+00:00'],
      // who changed a record at noon wrote no more than the day
      ['2026-01-31', '2026-01-31 23:59:59.999999+00:00'],
      ['1767225600000', '2026-01-01 00:00:00+00:00'],
      ['2026-13-01', 'None'],
      ['31/01/2026', 'None'],
      ['NaT', 'None'],
      ['', 'None'],
    ]
    expect(evaluate('hub_values', table.map(([text]) => `str(to_moment(${JSON.stringify(text)}))`)))
      .toEqual(table.map(([, value]) => ({ value })))
  })
})

describe.skipIf(!hasPython)('changes of a merged table', () => {
  const row = (key: string | null, version: number, type: string, price = version) =>
    `{'ListingKey': ${
      key === null ? 'None' : `'${key}'`
    }, 'OriginatingSystemOfficeKey': 'CSIR', 'ListPrice': ${price},` +
    ` '_change_type': '${type}', '_commit_version': ${version}, '_commit_timestamp': None}`
  const kept = (key: string | null, price: number) => ({
    ListingKey: key,
    OriginatingSystemOfficeKey: 'CSIR',
    ListPrice: price,
  })
  const gone = (key: string) => ({ ListingKey: key, OriginatingSystemOfficeKey: 'CSIR', '@deleted': true })

  const media = (listing: string, type: string) =>
    `{'MediaKey': 'M', 'ResourceRecordKey': '${listing}', 'OriginatingSystemOfficeKey': 'CSIR', '_change_type': '${type}', '_commit_version': 1}`

  it('become records as the feed leaves them', () => {
    const cases: { why: string; rows: string[]; resource?: string; sent: unknown[] }[] = [
      {
        why: 'the last state of a record counts',
        rows: [row('A', 1, 'insert'), row('A', 2, 'update_preimage', 1), row('A', 2, 'update_postimage')],
        sent: [kept('A', 2)],
      },
      {
        why: 'a delete is a deletion, and one that was followed by an insert is none',
        rows: [row('A', 1, 'insert'), row('A', 2, 'delete'), row('B', 2, 'delete'), row('B', 3, 'insert')],
        sent: [gone('A'), kept('B', 3)],
      },
      {
        why: 'a rewrite in one version, in either order, is no deletion',
        rows: [
          row('A', 4, 'insert', 7),
          row('A', 4, 'delete', 5),
          row('B', 4, 'delete', 5),
          row('B', 4, 'insert', 8),
        ],
        sent: [kept('A', 7), kept('B', 8)],
      },
      {
        why: 'a key that was changed is gone under its old name',
        rows: [row('A', 2, 'update_preimage'), row('B', 2, 'update_postimage')],
        sent: [gone('A'), kept('B', 2)],
      },
      {
        why: 'records without a key are sent one by one, for the hub to say so',
        rows: [row(null, 1, 'insert'), row(null, 2, 'insert'), row(null, 3, 'delete')],
        sent: [kept(null, 1), kept(null, 2)],
      },
      {
        why: 'media are told apart by their listing',
        rows: [media('A', 'delete'), media('B', 'insert')],
        resource: 'media',
        sent: [
          { MediaKey: 'M', ResourceRecordKey: 'A', OriginatingSystemOfficeKey: 'CSIR', '@deleted': true },
          { MediaKey: 'M', ResourceRecordKey: 'B', OriginatingSystemOfficeKey: 'CSIR' },
        ],
      },
    ]
    const results = evaluate(
      'hub_changes',
      cases.map(({ rows, resource }) =>
        `list(last_changes([${rows.join(', ')}], '${resource ?? 'property'}'))`
      ),
    )
    expect(cases.map(({ why }, index) => ({ why, sent: results[index]!.value })))
      .toEqual(cases.map(({ why, sent }) => ({ why, sent })))
  })
})

describe.skipIf(!hasPython)('the judgement of outcomes', () => {
  const outcome = (fields: string) =>
    `{'resource': 'property', 'mode': 'FULL', 'run_id': 'r', 'status': 'finished', 'finished_at': '2026-01-01', 'sent': 100,` +
    ` 'reject_share': 0.0, 'stale_share': 0.0, 'flagged_deleted': 0, 'error': None, ${fields}}`
  const judge = (outcomes: string[], resources = `['property']`) =>
    `judge([${
      outcomes.join(', ')
    }], ${resources}, max_reject_share=0.05, max_stale_share=0.2, max_flagged=10)`
  it('says what is beyond its limits', () => {
    const table: [string, string[]][] = [
      ['', []],
      [`'reject_share': 0.06`, [expect.stringContaining('6.0% of 100 records were rejected')]],
      [`'stale_share': 0.5`, [expect.stringContaining('50.0% of 100 records were stale')]],
      [`'sent': 0`, [expect.stringContaining('sent no record')]],
      [`'sent': 0, 'mode': 'DELTA'`, []],
      [`'flagged_deleted': 11`, [expect.stringContaining('flagged 11 records')]],
      [`'status': 'failed', 'error': 'HubError: HTTP 409'`, [
        expect.stringContaining('failed: HubError: HTTP 409'),
      ]],
    ]
    expect(evaluate('hub_outcomes', table.map(([fields]) => judge([outcome(fields)]))))
      .toEqual(table.map(([, value]) => ({ value })))
  })
  it('the newest outcome counts, and a resource without one is told', () => {
    expect(evaluate('hub_outcomes', [
      judge([outcome(`'status': 'failed'`), outcome(`'finished_at': '2026-01-02'`)]),
      judge([], `['property', 'media']`),
    ])).toEqual([
      { value: [] },
      { value: ['property: no run has left an outcome', 'media: no run has left an outcome'] },
    ])
  })
})
