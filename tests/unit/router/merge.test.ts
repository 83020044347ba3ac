import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SortedBy } from '../../../functions/_shared/marks/marks.ts'
import { compareRows } from '../../../functions/_shared/router/compare.ts'
import { type ListPage, merge, type Place } from '../../../functions/_shared/router/merge.ts'

/** Hubs as lists in memory, walked with a page size of the router's and one of each hub's own. */
type Row = { key: string; values: (string | null)[]; number: number }

const order = (descending: boolean): SortedBy[] => [{ type: 'bigint', descending }]

/** The order of one hub: its values, then its own numbers in the direction of the last. */
const inHub = (terms: SortedBy[]) => (one: Row, other: Row): number => {
  const numbers = one.number - other.number
  return compareRows(terms, one.values, other.values) || (terms.at(-1)?.descending ? -numbers : numbers)
}

/** A hub reads what is behind a place by keyset, so what changes meanwhile moves no other row. */
function pageOf(rows: Row[], terms: SortedBy[], place: string, size: number): ListPage {
  const behind = place === '' ? undefined : JSON.parse(place) as Row
  const sorted = rows.toSorted(inHub(terms)).filter((row) => !behind || inHub(terms)(behind, row) < 0)
  return {
    rows: sorted.slice(0, size).map((row) => ({
      mark: [row.values, JSON.stringify(row), row.key.length],
      text: row.key,
    })),
    hasMore: sorted.length > size,
  }
}

async function walk(
  hubs: Row[][],
  { terms, size, own, between }: {
    terms: SortedBy[]
    size: number
    own: number
    between?: (page: number) => void
  },
): Promise<string[][]> {
  const pages: string[][] = []
  let places: Place[] = hubs.map(() => '')
  while (places.some((place) => place !== null)) {
    const read = (list: number, place: string) => Promise.resolve(pageOf(hubs[list]!, terms, place, own))
    const taken = await merge(places, terms, read, (rows) => rows.length >= size)
    pages.push(taken.rows.map(({ text }) => text))
    places = taken.places
    between?.(pages.length)
    if (pages.length > 10_000) throw new Error('The walk does not end.')
  }
  return pages
}

const shards = fc.array(
  fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { freq: 5 }), { maxLength: 25 }),
  { minLength: 1, maxLength: 5 },
).map((lists) =>
  lists.map((values, hub) =>
    values.map((value, number): Row => ({
      key: `${hub}-${number}`,
      values: [value === null ? null : String(value)],
      number,
    }))
  )
)
const size = fc.integer({ min: 1, max: 12 })

describe('a walk over several hubs', () => {
  it('is their union, in order, whatever the sizes of pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        shards,
        size,
        size,
        fc.boolean(),
        fc.boolean(),
        async (hubs, size, own, down, plain) => {
          const terms = plain ? [] : order(down)
          const pages = await walk(hubs, { terms, size, own })
          const byKey = new Map(hubs.flat().map((row) => [row.key, row]))
          const keys = pages.flat()
          expect(keys.toSorted()).toEqual([...byKey.keys()].toSorted())
          for (const page of pages.slice(0, -1)) expect(page.length).toBeLessThanOrEqual(size)
          keys.slice(1).forEach((key, index) => {
            const [before, after] = [byKey.get(keys[index]!)!, byKey.get(key)!]
            expect(compareRows(terms, before.values, after.values)).toBeLessThanOrEqual(0)
            // of one hub's rows none overtakes another
            if (before.key.split('-')[0] === after.key.split('-')[0]) {
              expect(inHub(terms)(before, after)).toBeLessThan(0)
            }
          })
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives what nobody touches once, while other rows come, go and move', async () => {
    await fc.assert(
      fc.asyncProperty(
        shards,
        size,
        size,
        fc.infiniteStream(fc.tuple(fc.nat(4), fc.nat(40), fc.integer({ min: -6, max: 6 }))),
        async (hubs, size, own, changes) => {
          const lists = hubs.map((rows) => [...rows])
          const touched = new Set<string>()
          let number = 1_000
          const between = (page: number) => {
            if (page > 40) return
            const [hub, at, value] = changes.next().value!
            const rows = lists[hub % lists.length]!
            const row = rows[at]
            if (row) touched.add(row.key)
            const moved = { key: row?.key ?? `new-${number}`, values: [String(value)], number: number++ }
            if (!row) touched.add(moved.key)
            if (row) rows.splice(at, 1, ...at % 3 === 0 ? [] : [moved])
            else rows.push(moved)
          }
          const keys = (await walk(lists, { terms: order(false), size, own, between })).flat()
          for (const { key } of hubs.flat()) {
            if (touched.has(key)) continue
            expect(keys.filter((each) => each === key)).toHaveLength(1)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('the order of values', () => {
  const sorted = (type: string, values: (string | null)[], descending = false) =>
    values.toSorted((a, b) => compareRows([{ type, descending }], [a], [b]))

  it.each<[type: string, inOrder: (string | null)[]]>([
    ['bigint', [null, '-9223372036854775808', '-1', '0', '9', '10', '9007199254740993', '9007199254740994']],
    ['numeric', [
      null,
      '-2.5',
      '-2.49',
      '0',
      '0.1',
      '0.10000000000000000001',
      '9',
      '10.5',
      'Infinity',
      'NaN',
    ]],
    ['double precision', [null, '-Infinity', '-1e+20', '0.5', '1e+20', 'Infinity', 'NaN']],
    ['text', [null, '', 'A', 'Z', 'a', 'aa', 'É', 'Ω', 'я', '\ufb01', '\u{1f3e0}']],
    ['boolean', [null, 'f', 't']],
    ['date', [null, '0900-01-01', '2026-01-31', '2026-02-01']],
    ['timestamptz', [
      null,
      '2026-01-01 00:00:00+00',
      '2026-01-01 00:00:00.05+00',
      '2026-01-01 00:00:00.5+00',
      '2026-01-01 00:00:01+00',
    ]],
  ])('%s', (type, inOrder) => {
    expect(sorted(type, inOrder.toReversed())).toEqual(inOrder)
    expect(sorted(type, inOrder, true)).toEqual(inOrder.toReversed())
  })

  it('of texts is that of their bytes in UTF-8', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      const expected = Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)))
      expect(Math.sign(compareRows([{ type: 'text', descending: false }], [one], [other]))).toBe(expected)
    }))
  })
})
