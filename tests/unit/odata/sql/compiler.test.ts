import { describe, expect, it } from 'vitest'
import { countStatement, pageStatements } from '../../../../functions/_shared/odata/sql/collection.ts'
import { type Client, compile, plan } from '../support.ts'
import { cyprus } from '../support.ts'

const dd2: Client = { profile: 'dd2' }

describe('filters in SQL', () => {
  it.each<[filter: string, sql: string, values: unknown[], client?: Client]>([
    ["City eq 'O''Hara'", '"City" = $1::text', ["O'Hara"]],
    ["'Paphos' eq City", '"City" = $1::text', ['Paphos']],
    ["City ne 'Paphos'", '"City" is distinct from $1::text', ['Paphos']],
    ['City eq null', '"City" is null', []],
    ['null ne City', '"City" is not null', []],
    ['ListPrice gt null', 'false', []],
    ['ListPrice gt 100.005', '"ListPrice" > $1::bigint', ['10000']],
    ['ListPrice ge 100.005', '"ListPrice" > $1::bigint', ['10000']],
    ['100 le ListPrice', '"ListPrice" >= $1::bigint', ['10000']],
    ['ListPrice eq 100.005', 'false', []],
    ['ListPrice ne 100.005', 'true', []],
    ['BedroomsTotal lt 2.5', '"BedroomsTotal" <= $1::bigint', ['2']],
    ['Latitude gt 34.5', '"Latitude" > $1::double precision', ['34.5']],
    ['Latitude lt 1e999', '"Latitude" < $1::double precision', ['Infinity']],
    ['Latitude eq NaN', 'false', []],
    ['NewConstructionYN eq true', '"NewConstructionYN" = $1::boolean', [true]],
    ['ModificationTimestamp gt 2026-01-01', '"ModificationTimestamp" > $1::timestamptz', [
      '2026-01-01T00:00:00Z',
    ]],
    ["ModificationTimestamp gt '2026-01-01T10:00:00'", '"ModificationTimestamp" > $1::timestamptz', [
      '2026-01-01T10:00:00Z',
    ]],
    ['ListingContractDate ge 2026-01-01T12:00:00Z', '"ListingContractDate" > $1::date', ['2026-01-01']],
    ["City in ('a','b','a')", '"City" = any ($1::text[])', [['a', 'b', 'a']]],
    ["City in ('a',null)", '("City" = any ($1::text[]) or "City" is null)', [['a']]],
    ['City in ()', 'false', []],
    ['BedroomsTotal in (1,2.5,3)', '"BedroomsTotal" = any ($1::bigint[])', [['1', '3']]],
    ["contains(City,'%_')", 'strpos("City", $1::text) > 0', ['%_']],
    ["startswith(City,'a')", 'starts_with("City", $1::text)', ['a']],
    ["endswith(City,'a')", 'right("City", length($1::text)) = $1::text', ['a']],
    [
      "tolower(City) eq 'a'",
      '(lower("City" collate "und-x-icu") collate "default") is not distinct from $1::text',
      ['a'],
    ],
    [
      'year(ListingContractDate) eq 2025',
      'extract(year from "ListingContractDate")::bigint is not distinct from $1::numeric',
      [
        '2025',
      ],
    ],
    [
      "City eq 'a' and (BedroomsTotal gt 1 or NewConstructionYN)",
      '("City" = $1::text and ("BedroomsTotal" > $2::bigint or "NewConstructionYN"))',
      [
        'a',
        '1',
      ],
    ],
    ["not (City eq 'a')", '(not coalesce("City" = $1::text, false))', ['a']],
    ["not contains(City,'a')", '(not strpos("City", $1::text) > 0)', ['a']],
    ["City eq 'a' or City eq 'a'", '("City" = $1::text or "City" = $1::text)', ['a']],
    [
      'ListPrice div LivingArea gt 2',
      '(("ListPrice" * 0.01) / nullif(("LivingArea" * 0.01), 0)) > $1::numeric',
      ['2'],
    ],
    [
      'BedroomsTotal div 2 eq 1',
      'div("BedroomsTotal"::numeric, nullif($1::numeric, 0)) is not distinct from $2::numeric',
      [
        '2',
        '1',
      ],
    ],
    ["ModificationTimestamp gt now() sub duration'P1D'", '"ModificationTimestamp" > (now() - $1::interval)', [
      'P1D',
    ]],
    ["OriginatingSystemOfficeKey eq 'CSIR'", 'office_key = $1::text', ['CY']],
    ["'CSIR' ne OriginatingSystemOfficeKey", 'office_key is distinct from $1::text', ['CY']],
    ["OriginatingSystemOfficeKey eq 'CY'", 'office_key = $1::text', ['CY']],
    ["OriginatingSystemOfficeKey eq 'constructor'", 'office_key = $1::text', ['constructor']],
    ["OriginatingSystemOfficeKey in ('CY','CSIR','HSIR')", 'office_key = any ($1::text[])', [[
      'CY',
      'CY',
      'HSIR',
    ]]],
    ["ListOfficeKey eq 'CSIR'", '"ListOfficeKey" = $1::text', ['CSIR']],
    [
      "View/any(v: v eq 'Sea')",
      'exists (select from unnest(mls.multi_values("std_View")) t1(value) where t1.value is not distinct from $1::text)',
      [
        'Sea',
      ],
      dd2,
    ],
    ['not View/any()', '(not exists (select from unnest(mls.multi_values("std_View")) t1(value)))', [], dd2],
    [
      'Media/any(m: m/Order eq 0)',
      'exists (select from public.served_media t1 where t1."ResourceRecordKey" = "ListingKey" and not t1.is_deleted and (t1.office_key || \'\') = any ($1::text[]) and t1."Order" = $2::bigint)',
      [
        ['CY'],
        '0',
      ],
    ],
    [
      "ListAgent/MemberFullName eq 'A'",
      '(select n1."MemberFullName" from public.served_member n1 where n1."MemberKey" = "ListAgentKey" and not n1.is_deleted and (n1.office_key || \'\') = any ($1::text[])) = $2::text',
      [
        ['CY'],
        'A',
      ],
    ],
    [
      "PrivateRemarks eq 'A'",
      '(select s."PrivateRemarks" from mls.granted_property s where s.record_id = record_id) = $1::text',
      [
        'A',
      ],
      { grants: ['Property.PrivateRemarks'] },
    ],
  ])('%s', (filter, sql, values, client) => {
    expect(compile(filter, client)).toEqual({ sql, values })
  })

  it.each<[name: string, wrap: (inner: string) => string]>([
    ['substring', (inner) => `substring(${inner},length(${inner.length < 20 ? inner : 'City'}))`],
    ['casts', (inner) => `cast(cast(${inner},Edm.Int32),Edm.String)`],
    ['null in a list', (inner) => `cast((${inner} in ('a',null)),Edm.String)`],
  ])('grow no faster than the filter: %s', (_, wrap) => {
    const sizes = [1, 10, 19].map((times) => {
      let filter = 'City'
      for (let n = 0; n < times; n++) filter = wrap(filter)
      return compile(`${filter} eq 'x'`).sql.length
    })
    expect(sizes[2]! - sizes[1]!).toBeLessThan(1.2 * (sizes[1]! - sizes[0]!))
  })

  it('never lets a text of the caller into the statement', () => {
    const hostile = `x'; select set_config('mls.claims', 'y', true); --`
    const quoted = hostile.replaceAll("'", "''")
    for (
      const filter of [
        `City eq '${quoted}'`,
        `City in ('${quoted}')`,
        `contains(City,'${quoted}')`,
        `View/any(v: v eq '${quoted}')`,
      ]
    ) {
      const { sql, values } = compile(filter, dd2)
      expect(sql).not.toContain('set_config')
      expect(JSON.stringify(values)).toContain('set_config')
    }
  })
})

describe('pages in SQL', () => {
  const texts = (options: Record<string, string>, cursor?: (string | null)[]) =>
    pageStatements({ ...plan({ $select: 'City', ...options }), cursor, limit: 5 }, cyprus, 'gold')
      .map((statement) =>
        statement(6).text.replaceAll('t0.', '').replace(
          /^.* where not is_deleted and office_key = \$1::text ?/,
          '',
        )
      )

  it('order by insertion unless told otherwise', () => {
    expect(texts({})).toEqual(['order by seq limit 6'])
    expect(texts({}, ['7'])).toEqual(['and seq > $2::bigint order by seq limit 6'])
    expect(texts({ $skip: '20' })).toEqual(['order by seq limit 6 offset 20'])
  })

  it('compare whole rows where the directions agree and nothing is null', () => {
    expect(texts({ $orderby: 'ModificationTimestamp desc' }, ['2026-01-01', '7'])).toEqual([
      'and ("ModificationTimestamp", seq) < ($2::timestamptz, $3::bigint) order by "ModificationTimestamp" desc, seq desc limit 6',
    ])
  })

  it('read nulls and values apart, nulls lowest', () => {
    const nulls = 'and "ListPrice" is null order by "ListPrice", seq limit 6'
    const values = 'and "ListPrice" is not null order by "ListPrice", seq limit 6'
    expect(texts({ $orderby: 'ListPrice' })).toEqual([nulls, values])
    expect(texts({ $orderby: 'ListPrice' }, [null, '7'])).toEqual([
      'and "ListPrice" is null and seq > $2::bigint order by "ListPrice", seq limit 6',
      values,
    ])
    expect(texts({ $orderby: 'ListPrice' }, ['500', '7'])).toEqual([
      'and "ListPrice" is not null and ("ListPrice", seq) > ($2::bigint, $3::bigint) order by "ListPrice", seq limit 6',
    ])
    expect(texts({ $orderby: 'ListPrice desc' }, ['500', '7'])).toEqual([
      'and "ListPrice" is not null and ("ListPrice", seq) < ($2::bigint, $3::bigint) order by "ListPrice" desc, seq desc limit 6',
      'and "ListPrice" is null order by "ListPrice" desc, seq desc limit 6',
    ])
  })

  it('keep a computed value together', () => {
    const { text } = pageStatements(
      { ...plan({ $orderby: "contains(City,'a')" }), limit: 5 },
      cyprus,
      'gold',
    )[0]!(6)
    expect(text).toContain(`t0.stamp, (strpos(t0."City", $1::text) > 0), t0.seq`)
  })

  it('place nulls lowest in longer orders', () => {
    expect(texts({ $orderby: 'City,ListPrice desc' })).toEqual([
      'order by "City" nulls first, "ListPrice" desc nulls last, seq desc limit 6',
    ])
  })

  it('render what is selected, and all of it from the stored documents', () => {
    const columns = (options: Record<string, string>, client?: Client) =>
      /^select (.*?) from public/.exec(
        pageStatements({ ...plan(options, client), limit: 5 }, cyprus, client?.profile ?? 'gold')[0]!(1).text,
      )![1]
    expect(columns({})).toBe('t0.stamp, t0.seq, t0.doc, t0.doc_gold')
    expect(columns({}, dd2)).toBe('t0.stamp, t0.seq, t0.doc, t0.doc_dd2')
    expect(columns({}, { resource: 'Media' })).toBe('t0.stamp, t0.seq, t0.doc, t0.doc_gold')
    expect(columns({ $select: 'ModificationTimestamp' })).toBe('t0.stamp, t0.seq')
    expect(columns({ $select: 'ListPrice,City' })).toBe(
      't0.stamp, t0.seq, t0."ListPrice", t0."City"',
    )
  })

  it('count without order and page', () => {
    const { text } = countStatement(
      plan({ $filter: "City eq 'a'", $orderby: 'City', $top: '5', $skip: '5' }),
      cyprus,
    )
    expect(text).toBe(
      'select count(*)::text from public.served_property t0 where not t0.is_deleted and t0.office_key = $1::text and t0."City" = $2::text',
    )
  })

  it('name all offices of a client, and only published rows where it sees no others', () => {
    const reader = { ...cyprus, offices: ['CY', 'HU'], visibility: 'published' as const }
    const { text, values } = countStatement(plan({}), reader)
    expect(text).toContain('t0.office_key = any ($1::text[]) and t0.is_published')
    expect(values).toEqual([['CY', 'HU']])
  })
})
