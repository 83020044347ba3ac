import { describe, expect, test } from 'vitest'
import { parseQueryOptions } from '../../../../functions/_shared/odata/syntax/parser.ts'
import { printOptions } from './print.ts'
import { reason, refusal } from './refusal.ts'

const print = (query: string) => printOptions(parseQueryOptions(query)).join('&')

describe('names', () => {
  test.each([
    ['', ''],
    ['?', ''],
    ['?$top=5', '$top=5'],
    ['$top=5&$skip=10', '$top=5&$skip=10'],
    ['top=5&skip=10', '$top=5&$skip=10'],
    ['$TOP=5&OrderBy=City', '$orderby=City asc&$top=5'],
    ['%24top=5', '$top=5'],
    ['$top=0&$count=true', '$top=0&$count=true'],
    ['count=FALSE', '$count=false'],
    ['$top=5&', '$top=5'],
    ['&&$top=5', '$top=5'],
    ["$filter=City eq @c&@c='Paphos'", `$filter=(City eq @c)&@c='Paphos'`],
    ['$compute=ListPrice div LivingArea as PerArea', '$compute=(ListPrice div LivingArea) as PerArea'],
  ])('%s', (query, meaning) => {
    expect(print(query)).toBe(meaning)
  })

  test('options that are plain text', () => {
    const { custom: _, ...options } = parseQueryOptions(
      '$format=json&$skiptoken=a%3Db@c:d?e!&$deltatoken=x&$schemaversion=*&$id=Property(%27k%27)&$index=-2',
    )
    expect(options).toEqual({
      format: 'json',
      skiptoken: 'a=b@c:d?e!',
      deltatoken: 'x',
      schemaversion: '*',
      id: `Property('k')`,
      index: -2,
    })
  })

  test('custom options are kept in order, repetitions and empty ones too', () => {
    expect(parseQueryOptions('utm=a%26b&debug&utm=&skiptoken=mine').custom).toEqual([
      { name: 'utm', value: 'a&b' },
      { name: 'debug', value: '' },
      { name: 'utm', value: '' },
      { name: 'skiptoken', value: 'mine' },
    ])
  })

  test.each([
    ['$top=1&$top=2', 'Duplicate', 7],
    ['$top=1&top=1', 'Duplicate', 7],
    ['$top=1&$Top=1', 'Duplicate', 7],
    ['@a=1&@a=1', 'Duplicate', 5],
    ['$format=json&format=json', 'Duplicate', 13],
    ['$topp=1', 'UnknownOption', 0],
    ['$top=1&$levels=2', 'UnknownOption', 7],
    ['$apples=x', 'UnknownOption', 0],
    ['$=1', 'UnknownOption', 0],
    ['=1', 'UnknownOption', 0],
    ['$filter =true', 'UnknownOption', 0],
    ['filter%20=true', 'UnknownOption', 0],
    ['@=1', 'UnknownOption', 0],
    ['@a.b=1', 'UnknownOption', 0],
  ])('refuses %s: %s at %i', (query, code, position) => {
    expect(reason(() => parseQueryOptions(query))).toEqual([code, position])
  })

  test('the nearest option is suggested', () => {
    expect(refusal(() => parseQueryOptions('$filtre=true'))!.message)
      .toBe(`'$filtre' is not a query option; did you mean $filter? (query, position 0)`)
  })
})

describe('values', () => {
  test.each([
    ['$count', 'InvalidOptionValue', 0],
    ['$filter=', 'InvalidOptionValue', 0],
    ['@a=', 'InvalidOptionValue', 0],
    ['$top=five', 'InvalidOptionValue', 0],
    ['$top=-1', 'InvalidOptionValue', 0],
    ['$top=%2B1', 'InvalidOptionValue', 0],
    ['$top=1.0', 'InvalidOptionValue', 0],
    ['$top=5 ', 'UnexpectedToken', 1],
    ['$top=99999999999999999999', 'InvalidOptionValue', 0],
    ['$count=yes', 'InvalidOptionValue', 0],
    ['$index=1.5', 'InvalidOptionValue', 0],
    ['$filter= true', 'UnexpectedToken', 0],
    ['$filter=true ', 'UnexpectedToken', 4],
    ['$orderby=%20City', 'UnexpectedToken', 0],
    ['@a= 1', 'UnexpectedToken', 0],
    ['$search=a;b', 'UnexpectedToken', 1],
    ['$filter=a#b', 'InvalidEncoding', 9],
    ['$filter=%', 'InvalidEncoding', 0],
    ['$top=1&$filter=%E0%A4', 'InvalidEncoding', 7],
    ['$filter=%00', 'InvalidEncoding', 0],
    ['x=%ED%A0%80', 'InvalidEncoding', 0],
    ['%ZZ=1', 'InvalidEncoding', 0],
  ])('refuses %s: %s at %i', (query, code, position) => {
    expect(reason(() => parseQueryOptions(query))).toEqual([code, position])
  })

  test('errors name their option', () => {
    expect(refusal(() => parseQueryOptions('$top=1&$FILTER=a eq'))).toMatchObject({
      target: '$filter',
      position: 4,
    })
    expect(refusal(() => parseQueryOptions('@p=)'))).toMatchObject({ target: '@p', position: 0 })
  })

  test('a query string that is too long', () => {
    expect(refusal(() => parseQueryOptions(`x=${'y'.repeat(200_000)}`))?.code).toBe('LimitExceeded')
  })
})

describe('percent signs and plus signs', () => {
  test.each([
    ['$filter=City%20eq%20%27O%27%27Hara%27', `$filter=(City eq 'O''Hara')`],
    ['$filter=City+eq+%27New+Town%27', `$filter=(City eq 'New Town')`],
    ['$filter=City eq %27a%2Bb%27', `$filter=(City eq 'a+b')`],
    ['$filter=City eq %27a%26b%3D%23%3F%2F%25%27', `$filter=(City eq 'a&b=#?/%')`],
    ['$filter=City eq %27%D0%90%27', `$filter=(City eq 'А')`],
    ['$filter=now%28%20%29', '$filter=now()'],
    ['$filter=a gt 2026-01-01T00:00:00+02:00', '$filter=(a gt 2026-01-01T00:00:00+02:00)'],
    ['$filter=a+gt+2026-01-01T00:00:00.5+02:00', '$filter=(a gt 2026-01-01T00:00:00.5+02:00)'],
    ['$filter=a+gt+2026-01-01T00%3A00%2B02%3A00', '$filter=(a gt 2026-01-01T00:00+02:00)'],
    ['$filter=a+gt+2026-01-01T00%3A00%3A00+02%3A00', '$filter=(a gt 2026-01-01T00:00:00+02:00)'],
    ['$filter=a+lt+1e+5', '$filter=(a lt 1e+5)'],
    ['$filter=a+gt+%2B5', '$filter=(a gt +5)'],
    ['$filter=a%09eq%091', '$filter=(a eq 1)'],
    ['$search=a%3Bb', '$search=a;b'],
    ['$search="a;b"', '$search="a;b"'],
    ['$search=%231', '$search=#1'],
    ['$search=2x4', '$search=2x4'],
    ['$search=08/15', '$search=08/15'],
    ['$expand=Media($filter=Order%20eq%200%3B$top=1)', '$expand=Media($filter=(Order eq 0);$top=1)'],
  ])('%s', (query, meaning) => {
    expect(print(query)).toBe(meaning)
  })
})

describe('what real clients send', () => {
  test.each([
    '?$filter=ModificationTimestamp%20gt%202026-01-01T00:00:00.000Z&$top=1000&$skip=3000&$count=true',
    '?$top=0&$count=true',
    '?$filter=ResourceRecordKey%20in%20(%27QOBRIX_1%27,%27QOBRIX_2%27)%20and%20Order%20eq%200&$top=1000',
    '?$orderby=ResourceRecordKey,Order&$select=MediaKey,MediaURL',
    `?$filter=OriginatingSystemOfficeKey eq 'SHARPSIR-CY-001' and StandardStatus eq 'Active'`,
    `?$expand=Media($filter=Order eq 0;$select=MediaURL),ListAgent`,
  ])('%s', (query) => {
    expect(refusal(() => parseQueryOptions(query))).toBeUndefined()
  })
})
