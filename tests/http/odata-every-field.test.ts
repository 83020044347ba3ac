import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { resourceByName } from '../../functions/_shared/reso/dictionary.ts'
import { filledRecord } from '../support/filled-record.ts'
import { rounds } from '../support/tiers.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/**
 * Every field of every resource. Chosen, alone and with all others, it has the value of the whole record. Filtered by every
 * comparison with a value that it holds and with null, and ordered both ways, what comes is what plain comparisons of the
 * rows read beforehand choose; in profile gold those fields that have another type there. Of the four ranges and two orders
 * each field is asked for two and one in turn, so that fields of every type see all of them; with MLS_TEST_LONG=1 for all.
 */
type Value = string | number | boolean | null
const keys = {
  Property: 'ListingKey',
  Member: 'MemberKey',
  Office: 'OfficeKey',
  Media: 'MediaKey',
  OpenHouse: 'OpenHouseKey',
  PropertyRooms: 'RoomKey',
  PropertyUnitTypes: 'UnitTypeKey',
  Teams: 'TeamKey',
  TeamMembers: 'TeamMemberKey',
  Contacts: 'ContactKey',
  ShowingAppointment: 'ShowingAppointmentKey',
  EntityEvent: 'EntityEventSequence',
  Lookup: 'LookupKey',
  Field: 'FieldKey',
} as const

let hub: Hub
beforeAll(async () => {
  hub = await startHub({ seed: true })
  const { rows: [listing] } = await hub.pool.query(
    'select "ListingKey" as key, office_key from public.served_property where not is_deleted order by seq limit 1',
  )
  // what the demo has none of
  for (const name of ['OpenHouse', 'PropertyRooms', 'PropertyUnitTypes', 'Teams', 'TeamMembers']) {
    const resource = resourceByName(name)!
    await sendGold(
      hub,
      resource.ingestName,
      [0, 1, 2, 3].map((n) => ({
        ...(n < 3 && filledRecord(resource, n)),
        [resource.key]: `${name}_${n}`,
        ...(resource.listing && { ListingKey: listing.key }),
        ...(name === 'OpenHouse' && { OpenHouseType: 'Public' }),
        OriginatingSystemOfficeKey: listing.office_key,
      })),
    )
  }
  await runJob(hub.pool, 'lookups')
})
afterAll(() => hub?.stop())

const bytes = new Map<string, Buffer>()

function bytesOf(text: string): Buffer {
  const known = bytes.get(text) ?? Buffer.from(text)
  bytes.set(text, known)
  return known
}

/** Texts compare by their code points, as UTF-8 does; null is lowest. */
function compare(left: Value, right: Value): number {
  if (left === right) return 0
  if (left === null || right === null) return left === null ? -1 : 1
  if (typeof left === 'string') return Buffer.compare(bytesOf(left), bytesOf(right as string))
  return left < right ? -1 : 1
}

const comparisons: [operator: string, holds: (difference: number) => boolean][] = [
  ['eq', (difference) => difference === 0],
  ['ne', (difference) => difference !== 0],
  ['gt', (difference) => difference > 0],
  ['ge', (difference) => difference >= 0],
  ['lt', (difference) => difference < 0],
  ['le', (difference) => difference <= 0],
]

function written(value: Value, type: string): string {
  return type === 'Edm.String' ? `'${String(value).replaceAll("'", "''")}'` : String(value)
}

/** A value of a field that stands between its others. */
function sample(rows: Row[], field: string): Value | undefined {
  const values = [...new Set(rows.map((row) => row[field] as Value))].filter((value) => value !== null)
  const usable = values.filter((value) => String(value).length < 500).toSorted(compare)
  return usable[Math.floor(usable.length / 2)]
}

async function typesOf(client: ODataClient): Promise<Map<string, Map<string, string>>> {
  const { body } = await client.get('/$metadata?$format=json')
  const { Container: _container, ...types } = body['RESO.OData']
  return new Map(
    Object.entries(types).map(([name, type]) => [
      name,
      new Map(
        Object.entries(type as Record<string, Record<string, unknown>>)
          .filter(([field, { $Kind }]) => !field.startsWith('$') && $Kind !== 'NavigationProperty')
          .map((
            [field, { $Type = 'Edm.String', $Collection }],
          ) => [field, $Collection ? 'Collection' : $Type as string]),
      ),
    ]),
  )
}

const newReader = (profile: 'gold' | 'dd2', sensitive = 'Property.*') =>
  newClient(hub, {
    offices: ['*'],
    grants: ['Contacts', 'ShowingAppointment', sensitive],
    profile,
    rate_limit_per_minute: 1_000_000,
  })

describe.each(['dd2', 'gold'] as const)('profile %s', (profile) => {
  let client: ODataClient
  let types: Map<string, Map<string, string>>
  beforeAll(async () => {
    client = await newReader(profile)
    types = await typesOf(client)
    if (profile === 'dd2') return
    for (const [resource, fields] of await typesOf(await newReader('dd2'))) {
      for (const [field, type] of fields) {
        if (types.get(resource)!.get(field) === type) types.get(resource)!.delete(field)
      }
    }
  })

  it.each(Object.entries(keys))('%s', async (resource, key) => {
    const rows = await client.all(`/${resource}?$top=1000`)
    expect(rows.length).toBeGreaterThan(0)
    const keysOf = (rows: Row[]) => rows.map((row) => row[key])
    const wrong: string[] = []
    type Question = [query: string, expected: Row[]]
    /** Asks all about a field at once; the first page says it all, with the number of all. */
    const ask = async (questions: Question[]) => {
      const answers = await client.batch(
        questions.map(([query]) => `/${resource}?$select=${key}&$count=true&$top=1000&${query}`),
      )
      for (const [index, [query, expected]] of questions.entries()) {
        const { body } = answers[index]!
        const found = body.error ?? [body['@odata.count'], keysOf(body.value)]
        const wanted = [expected.length, keysOf(expected.slice(0, 1_000))]
        if (JSON.stringify(found) !== JSON.stringify(wanted)) {
          wrong.push(`${query}: ${JSON.stringify(found).slice(0, 100)}`)
        }
      }
    }
    const turns = rounds(2, 1)
    const isTurn = (field: number, question: number) => (field + question) % turns === 0
    const aboutField = (field: string, type: string, nth: number): Question[] => {
      const valueOf = (row: Row) => row[field] as Value
      const value = sample(rows, field)
      // a point is equal to nothing but null, and has no order: only its being there is asked for
      const isPlace = type === 'Edm.GeographyPoint'
      const ascending = isPlace ? [] : rows.toSorted((a, b) => compare(valueOf(a), valueOf(b)))
      return [
        ...(value === undefined || isPlace ? [] : comparisons).flatMap(
          ([operator, holds], at): Question[] => {
            const isRange = !['eq', 'ne'].includes(operator)
            if (isRange && (type === 'Edm.Boolean' || !isTurn(nth, at))) return []
            const holdsFor = (row: Row) =>
              (valueOf(row) !== null || !isRange) && holds(compare(valueOf(row), value!))
            const filter = encodeURIComponent(`${field} ${operator} ${written(value!, type)}`)
            return [[`$filter=${filter}`, rows.filter(holdsFor)]]
          },
        ),
        [`$filter=${field} eq null`, rows.filter((row) => valueOf(row) === null)],
        [`$filter=${field} ne null`, rows.filter((row) => valueOf(row) !== null)],
        ...isPlace ? [] : ([
          [`$orderby=${field}`, ascending],
          [`$orderby=${field} desc`, ascending.toReversed()],
        ] as Question[]).filter((_, at) => isTurn(nth, at)),
      ]
    }
    /** A multi-valued field; no value is an empty list, of which everything holds for all. */
    const aboutCollection = (field: string): Question[] => {
      const valuesOf = (row: Row) => row[field] as string[]
      const value = sample(rows.flatMap((row) => valuesOf(row).map((value) => ({ value }))), 'value')
      const conditions: [condition: string, holds: (values: string[]) => boolean][] = [
        [`${field}/any()`, (values) => values.length > 0],
      ]
      if (value !== undefined) {
        const literal = encodeURIComponent(written(value, 'Edm.String'))
        conditions.push(
          [`${field}/any(v:v eq ${literal})`, (values) => values.some((v) => v === value)],
          [`${field}/any(v:v gt ${literal})`, (values) => values.some((v) => compare(v, value) > 0)],
          [`${field}/all(v:v ne ${literal})`, (values) => values.every((v) => v !== value)],
          [`not ${field}/all(v:v le ${literal})`, (values) => values.some((v) => compare(v, value) > 0)],
          [`${literal} in ${field}`, (values) => values.includes(value as string)],
          [`${field}/$count gt 1`, (values) => values.length > 1],
        )
      }
      return conditions.map((
        [condition, holds],
      ) => [`$filter=${condition}`, rows.filter((row) => holds(valuesOf(row)))])
    }
    const work = [...types.get(resource)!].entries()
    const worker = async () => {
      for (const [nth, [field, type]] of work) {
        await ask(type === 'Collection' ? aboutCollection(field) : aboutField(field, type, nth))
      }
    }
    await Promise.all(Array.from({ length: 4 }, worker))
    expect(wrong).toEqual([])
  })

  it.each(Object.keys(keys))('%s: a choice says what the whole record says', async (resource) => {
    // who was granted one sensitive field of Property sees of all but these two the same
    const readers = ['Property', 'Field'].includes(resource)
      ? [client, await newReader(profile, 'Property.PrivateRemarks')]
      : [client]
    for (const reader of readers) {
      const whole = await reader.all(`/${resource}?$top=1000`)
      const fields = Object.keys(whole[0]!).filter((name) => !name.startsWith('@'))
      expect(await reader.all(`/${resource}?$select=${fields}&$top=1000`)).toEqual(whole)
      for (let from = 0; from < fields.length; from += 50) {
        const some = fields.slice(from, from + 50)
        const answers = await reader.batch(some.map((field) => `/${resource}?$select=${field}&$top=100`))
        for (const [index, field] of some.entries()) {
          expect([field, answers[index]!.body.value?.map((row: Row) => row[field])])
            .toEqual([field, whole.slice(0, 100).map((row) => row[field])])
        }
      }
    }
  })
})
