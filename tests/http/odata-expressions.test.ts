import { afterAll, beforeAll, expect, it } from 'vitest'
import { conditionFor } from '../support/expressions/expression.ts'
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

it(`${amount} generated filters select what they say`, async () => {
  const rows = await client.all('/Property?$top=1000')
  const photos = await client.all('/Media?$top=1000')
  const own = new Map(
    rows.map((
      { ListingKey },
    ) => [ListingKey, photos.filter((photo) => photo.ResourceRecordKey === ListingKey)]),
  )
  const sources = { rows, photosOf: ({ ListingKey }: Row) => own.get(ListingKey)! }
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
