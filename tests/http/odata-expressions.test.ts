import { afterAll, beforeAll, expect, it } from 'vitest'
import { conditionFor, numberFor, type Sources, textFor } from '../support/expressions/expression.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'

/**
 * Generated filters of every operator and function, nested in each other, over rows with nulls everywhere: each selects
 * exactly the rows for which an evaluation in TypeScript, written down beside it, is true.
 */
const amount = Number(process.env.EXPRESSIONS ?? 400)

let hub: Hub
let client: ODataClient
beforeAll(async () => {
  hub = await startHub({ seed: true })
  client = await newClient(hub, { offices: ['*'] })
})
afterAll(() => hub?.stop())

let rows: Row[]
let sources: Sources
beforeAll(async () => {
  rows = await client.all('/Property?$top=1000')
  const photos = await client.all('/Media?$top=1000')
  const own = new Map(
    rows.map((
      { ListingKey },
    ) => [ListingKey, photos.filter((photo) => photo.ResourceRecordKey === ListingKey)]),
  )
  sources = { rows, photosOf: ({ ListingKey }: Row) => own.get(ListingKey)! }
})

it(`${amount} generated filters select what they say`, async () => {
  const wrong: string[] = []
  let telling = 0
  const work = Array.from({ length: amount }, (_, number) => number).values()
  const worker = async () => {
    for (const number of work) {
      const { text, of } = conditionFor(number, sources)
      const expected = rows.filter((row) => of(row) === true).map((row) => row.ListingKey)
      if (expected.length > 0 && expected.length < rows.length) telling++
      const query = `$select=ListingKey&$top=1000&$filter=${encodeURIComponent(text)}`
      const { status, body } = await client.get(`/Property?${query}`)
      const found = status === 200 ? body.value.map((row: Row) => row.ListingKey) : body.error.message
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        const example = status === 200
          ? rows.find((row) => expected.includes(row.ListingKey) !== found.includes(row.ListingKey))
            ?.ListingKey
          : found
        wrong.push(
          `${number}: ${text} -> ${expected.length} expected, ${found.length} found, such as ${example}`,
        )
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  expect(wrong).toEqual([])
  expect(telling).toBeGreaterThan(amount / 3)
})

it(`${amount / 4} generated $compute say of every row what an evaluation says, and order by it`, async () => {
  const wrong: string[] = []
  const work = Array.from({ length: amount / 4 }, (_, n) => n).values()
  const worker = async () => {
    for (const n of work) {
      const [number, text, condition] = [numberFor(n, sources), textFor(n, sources), conditionFor(n, sources)]
      const compute = `${number.text} as N,${text.text} as T,${condition.text} as C`
      const query = `$select=ListingKey,N,T,C&$top=1000&$orderby=N,ListingKey&$compute=${
        encodeURIComponent(compute)
      }`
      const { status, body } = await client.get(`/Property?${query}`)
      const wanted = new Map(rows.map((row) => {
        const value = number.of(row)
        return [row.ListingKey, [value === null ? null : value / 100, text.of(row), condition.of(row)]]
      }))
      const found = (body.value ?? []) as Row[]
      const isRight = found.length === rows.length &&
        found.every(({ ListingKey, N, T, C }) =>
          JSON.stringify([N, T, C]) === JSON.stringify(wanted.get(ListingKey))
        )
      const isOrdered = found.every(({ N }, at) =>
        at === 0 || (found[at - 1]!.N ?? -Infinity) as number <= ((N ?? -Infinity) as number)
      )
      if (!isRight || !isOrdered) {
        const odd = found.find(({ ListingKey, N, T, C }) =>
          JSON.stringify([N, T, C]) !== JSON.stringify(wanted.get(ListingKey))
        )
        wrong.push(
          `${n} ${status} ${compute}: ${JSON.stringify(odd ?? body.error)} ${
            JSON.stringify(wanted.get(odd?.ListingKey))
          }`,
        )
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  expect(wrong).toEqual([])
})
