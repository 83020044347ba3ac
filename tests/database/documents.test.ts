import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cutLength, isStandardised, variesByProfile } from '../../functions/_shared/reso/standard.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { arrayJson } from '../../scripts/generate/refresh.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, listing, seedMarkets } from '../support/gold.ts'

/** The JSON that is stored for readers holds the very values of the columns beside it, whatever text they are. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const texts = property.fields.filter(({ type, gold, sensitive, dd }) =>
  type === 'STRING' && gold !== false && !sensitive && !dd?.multi
).map(({ name }) => name).filter((name) => listing(1)[name] === undefined)
const varying = new Set([
  ...property.fields.filter(variesByProfile).map(({ name }) => name),
  ...property.changing!,
])
const standardised = property.fields.filter(isStandardised).map(({ name }) => name)
const lists = property.fields.filter(({ gold, dd }) => dd?.multi && gold !== false).map(({ name }) => name)

/** Text that JSON has to escape, or that looks like the JSON around it. */
const nasty = fc.oneof(
  fc.constantFrom(
    '{"" : null, ',
    ', "" : null}',
    '"',
    '\\',
    '\\"',
    '{',
    '}',
    '{"',
    'null',
    'a\tb\nc',
    '',
    'Λεμεσός',
    '😀',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
).map((text) => text.replaceAll('\0', ''))
/** Texts at their declared length and beyond it, of characters of two and four bytes too. */
const cut = new Map(
  property.fields.flatMap((field) => cutLength(field) ? [[field.name, cutLength(field)!]] : []),
)
const long = (length: number) =>
  fc.tuple(fc.constantFrom('x', 'Ж', '😀', '"'), fc.constantFrom(-1, 0, 1, 40)).map(([unit, more]) =>
    unit.repeat(length + more)
  )
const textOf = (name: string) =>
  cut.has(name)
    ? fc.oneof({ weight: 40, arbitrary: nasty }, { weight: 1, arbitrary: long(cut.get(name)!) })
    : nasty
const list = fc.oneof(
  fc.array(fc.constantFrom('Sea', 'Harbour Road', ' Pool', 'Λεμεσός ', '', ' ', '"q"'), { maxLength: 4 })
    .chain((
      members,
    ) => fc.constantFrom(',', ', ', ' , ').map((separator) => members.join(separator))),
  fc.array(fc.constantFrom('Sea', 'A, B', ' '), { maxLength: 3 }).map((members) => JSON.stringify(members)),
  fc.constantFrom('[not json', ','),
)

/** Members of a list as clients of DD 2.0 get them. */
function split(text: string | null): string[] {
  if (text === null) return []
  let members: unknown = text.split(',')
  try {
    if (text.startsWith('[')) members = JSON.parse(text)
  } catch { /* a bracket that opens no list */ }
  return (members as string[]).map((member) => member.replace(/^ +| +$/g, '')).filter((member) =>
    member !== ''
  )
}

it('writes documents that hold the values of the columns', async () => {
  const record = fc.record(
    Object.fromEntries([...texts.map((name) => [name, textOf(name)]), ...lists.map((name) => [name, list])]),
    { requiredKeys: [] },
  )
  const records = fc.sample(record, { numRuns: 200, seed: 2026 }).map((values, n) =>
    listing(n, { ...values, City: `City ${n}` })
  )
  await ingest(database.pool, 'property', records)
  const { rows } = await database.pool.query(
    `select to_jsonb(s) - '{doc,doc_gold,doc_dd2}'::text[] as columns, s.doc, s.doc_gold, s.doc_dd2
     from public.served_property s order by s.seq`,
  )
  expect(rows).toHaveLength(records.length)
  for (const { columns, doc, doc_gold, doc_dd2 } of rows) {
    const [common, gold, dd2] = [doc, doc_gold, doc_dd2].map((part) => JSON.parse(`{${part}}`))
    for (const name of texts) {
      const apart = varying.has(name) || [...columns[name] ?? ''].length > (cut.get(name) ?? Infinity)
      expect((apart ? gold : common)[name]).toBe(columns[name])
      if (apart && cut.has(name)) expect(dd2[name]).toBe([...columns[name]].slice(0, cut.get(name)).join(''))
      for (const part of apart ? [common] : [gold, dd2]) expect(part).not.toHaveProperty(name)
    }
    for (const name of standardised) {
      if (texts.includes(name)) expect(dd2[name]).toBe(columns[`std_${name}`])
    }
    for (const name of lists) {
      expect(gold[name]).toBe(columns[name])
      expect({ text: columns[name], members: dd2[name] }).toEqual({
        text: columns[name],
        // two that mean one value are one value
        members: [...new Set(split(columns[name]))],
      })
    }
  }
})

it('writes a list as an array as mls.multi_values() reads it, with and without that function', async () => {
  const piece = fc.oneof(
    nasty,
    fc.constantFrom(',', ', ', ' ,', ',,', ' ', '[', ']', 'Sea', 'Mountain View', '\u00a0'),
  )
  const texts = fc.sample(
    fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(',')),
      fc.array(nasty, { maxLength: 4 }).map((parts) => JSON.stringify(parts)),
    ),
    { numRuns: 3000, seed: 11 },
  )
  const { rows } = await database.pool.query(
    `select t.text, w.written, to_json(mls.multi_values(t.text))::text as read
     from unnest($1::text[]) t (text) cross join lateral (select ${arrayJson('t.text')} as written) w`,
    [texts],
  )
  expect(rows).toHaveLength(3000)
  expect(rows.filter(({ written, read }) => written !== read)).toEqual([])
})
