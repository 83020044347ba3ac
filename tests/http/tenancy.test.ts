import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closePools } from '../../functions/_shared/db/pool.ts'
import { resourceByName, resources } from '../../functions/_shared/reso/dictionary.ts'
import { servedName } from '../../functions/_shared/reso/names.ts'
import type { Resource } from '../../functions/_shared/reso/types.ts'
import { createODataDoor } from '../../functions/odata/door.ts'
import { createSearchDoor } from '../../functions/search/door.ts'
import { cyprus, hungary, ingest } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { waitForTheClock } from '../support/search/changed.ts'
import { type Probe, probe, type Sample, type Samples } from '../support/tenancy/probes.ts'
import { type Ask, searchLeaks } from '../support/tenancy/searches.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'

/**
 * Three hundred generated queries by two clients that were granted everything, each of one office: nothing of the other
 * office comes back. Once as served, and once with the door's own restriction taken out, so that only row level security
 * stands between the offices.
 */
const application = vi.hoisted(() => ({ restricts: true, lifted: 0 }))
vi.mock('../../functions/_shared/odata/sql/readable-rows.ts', async (original) => {
  const actual = await original<typeof import('../../functions/_shared/odata/sql/readable-rows.ts')>()
  return {
    ...actual,
    readableRows: (...args: Parameters<typeof actual.readableRows>) => {
      const [{ alias, type }] = args
      if (application.restricts) return actual.readableRows(...args)
      application.lifted++
      return type.rows ? 'true' : `not ${alias}.is_deleted`
    },
    readableLinkedRows: (...args: Parameters<typeof actual.readableLinkedRows>) =>
      application.restricts ? actual.readableLinkedRows(...args) : `not ${args[0]}.is_deleted`,
  }
})

/** Queries of each office: both together are three hundred. */
const queries = 150
const offices = [cyprus, hungary]
const grants = ['Contacts', 'ShowingAppointment', 'Property.*', 'Member.*', 'Office.*']

let hub: Hub
let all: ODataClient

/** One office: its client, and what belongs to it and to others. */
interface Side {
  client: ODataClient
  samples: Samples
  ownKeys: Map<string, Set<string>>
  /** Keys that only records of other offices hold, in any field. */
  foreign: Set<string>
}
const sides = new Map<string, Side>()
let listings: Row[]
const answers = new Map<string, Row[]>()

beforeAll(async () => {
  hub = await startHub({ seed: true })
  await addPeopleOfHungary()
  await waitForTheClock(hub.pool)
  all = await demoClient(hub, 'verifier_all')
  stubFunctions()
  const records: Records[] = []
  for (const resource of resources) records.push(await readRecords(resource))
  listings = records.find(({ resource }) => resource.name === 'Property')!.served
  for (const office of offices) {
    sides.set(office, sideOf(office, records, await newClient(hub, { offices: [office], grants })))
  }
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await closePools()
  await hub?.stop()
})

/** The demo has agents, contacts and viewings in Cyprus only. One viewing of Hungary's is linked across the border. */
async function addPeopleOfHungary(): Promise<void> {
  const { rows: listings } = await hub.pool.query<{ key: string; office_key: string }>(
    `select distinct on (office_key) "ListingKey" as key, office_key from public.served_property order by office_key`,
  )
  const numbers = Array.from({ length: 12 }, (_, index) => index)
  const common = { OriginatingSystemOfficeKey: hungary, ModificationTimestamp: '2026-01-01T00:00:00Z' }
  await ingest(
    hub.pool,
    'member',
    numbers.map((number) => ({
      MemberKey: `HU_MEMBER_${number}`,
      MemberLastName: `Kovács ${number}`,
      ...common,
    })),
  )
  await ingest(
    hub.pool,
    'contacts',
    numbers.map((number) => ({ ContactKey: `HU_CONTACT_${number}`, LastName: `Nagy ${number}`, ...common })),
  )
  await ingest(
    hub.pool,
    'showing_appointment',
    numbers.map((number) => ({
      ShowingAppointmentKey: `HU_SHOWING_${number}`,
      ListingKey: listings.find(({ office_key }) => office_key === (number === 0 ? cyprus : hungary))!.key,
      BuyerContactKey: `HU_CONTACT_${number}`,
      ShowingRemarks: `Viewing ${number}`,
      ...common,
    })),
  )
  for (const office of [cyprus, hungary]) {
    const { key } = listings.find(({ office_key }) => office_key === office)!
    for (const name of ['OpenHouse', 'PropertyRooms', 'PropertyUnitTypes', 'Teams', 'TeamMembers']) {
      const resource = resourceByName(name)!
      await ingest(
        hub.pool,
        resource.ingestName,
        numbers.map((number) => ({
          [resource.key]: `${office}_${name}_${number}`,
          ...(resource.listing && { ListingKey: key }),
          ...(name === 'OpenHouse' && { OpenHouseRemarks: `Welcome ${number}` }),
          ...common,
          OriginatingSystemOfficeKey: office,
        })),
      )
    }
  }
}

/** The door in this process, on the hub's database: what it is made of can be exchanged here. */
function stubFunctions(): void {
  vi.stubEnv('SUPABASE_DB_URL', hub.dbUrl)
  vi.stubEnv('MLS_GATE_DB_URL', hub.database.gateUrl)
  vi.stubEnv('MLS_PUBLIC_URL', hub.functionsUrl)
  vi.stubEnv('MLS_OAUTH_PRIVATE_JWK', JSON.stringify(hub.credentials.oauthPrivateJwk))
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
}

type Records = Awaited<ReturnType<typeof readRecords>>

/** The records of a resource, as the tables have them and as they are served to who may see all. */
async function readRecords(resource: Resource) {
  const { rows: stored } = await hub.pool.query<{ office_key: string; row: Sample }>(
    // without the documents: they say it all again, and again for each profile
    `select office_key, to_jsonb(s) - '{doc,doc_gold,doc_dd2}'::text[] as row
     from public.${servedName(resource)} s where not is_deleted`,
  )
  return { resource, stored, served: await all.all(`/${resource.name}?$top=1000`) }
}

/** What belongs to whom is asked of the tables, not of the API under test. */
function sideOf(office: string, records: Records[], client: ODataClient): Side {
  const ownKeys = new Map<string, Set<string>>()
  const mentioned = new Set<string>()
  const foreign = new Set<string>()
  const samples = { own: new Map<string, Sample[]>(), foreign: new Map<string, Sample[]>() }
  for (const { resource, stored, served } of records) {
    const own = stored.filter((row) => row.office_key === office)
    const others = stored.filter((row) => row.office_key !== office)
    expect([resource.name, own.length > 0, others.length > 0]).toEqual([resource.name, true, true])
    ownKeys.set(resource.name, new Set(own.map(({ row }) => String(row[resource.key]))))
    for (const { row } of own) for (const text of texts(row)) mentioned.add(text)
    for (const { row } of others) foreign.add(String(row[resource.key]))
    const isOwn = (row: Row) => ownKeys.get(resource.name)!.has(String(row[resource.key]))
    samples.own.set(resource.name, served.filter(isOwn))
    samples.foreign.set(resource.name, served.filter((row) => !isOwn(row)))
  }
  for (const text of mentioned) foreign.delete(text)
  let turn = 0
  const next = (from: Map<string, Sample[]>) => ({ name }: Resource) => {
    const rows = from.get(name)!
    return rows[turn++ % rows.length]
  }
  return { client, ownKeys, foreign, samples: { own: next(samples.own), foreign: next(samples.foreign) } }
}

/** Every text in an answer, at any depth. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (value && typeof value === 'object') {
    for (const inner of Object.values(value)) {
      yield* texts(inner)
    }
  }
}

type Get = (path: string) => Promise<{ status: number; text: string }>

async function pages(get: Get, path: string): Promise<{ rows: Row[]; count?: number; status: number }> {
  const rows: Row[] = []
  let count: number | undefined
  for (let next: string | undefined = path; next;) {
    const { status, text } = await get(next)
    if (status !== 200) return { rows, status }
    const body = JSON.parse(text)
    rows.push(...body.value)
    count ??= body['@odata.count']
    next = body['@odata.nextLink']
  }
  return { rows, count, status: 200 }
}

/** What the all-seeing client finds of this office. */
async function expectedKeys({ path, resource }: Probe, side: Side): Promise<string[]> {
  if (!answers.has(path)) answers.set(path, (await pages(all.get, path)).rows)
  const own = side.ownKeys.get(resource.name)!
  return answers.get(path)!.map((row) => String(row[resource.key])).filter((key) => own.has(key))
}

async function judge(wanted: Probe, side: Side, get: Get): Promise<void> {
  const { path, kind, resource } = wanted
  if (kind === 'rows') {
    const { rows, count, status } = await pages(get, path)
    expect([path, status]).toEqual([path, 200])
    const keys = rows.map((row) => String(row[resource.key]))
    expect([path, keys.toSorted()]).toEqual([path, (await expectedKeys(wanted, side)).toSorted()])
    if (count !== undefined) expect([path, count]).toEqual([path, keys.length])
    return
  }
  const { status, text } = await get(path)
  if (path.startsWith('/$explain')) {
    const { visible, rule, office, changed } = JSON.parse(text)
    expect([path, visible, rule, office, changed]).toEqual([path, false, 'unknown', undefined, undefined])
    return
  }
  expect([path, status]).toEqual([
    path,
    kind === 'hidden' ? 404 : expect.toBeOneOf(kind === 'record' ? [200] : [200, 204, 404]),
  ])
  if (kind === 'hidden' || text === '') return
  const leaked = text.startsWith('{')
    ? [...texts(JSON.parse(text))].filter((value) => side.foreign.has(value))
    : []
  expect([path, leaked]).toEqual([path, []])
}

describe.each(offices)('a client of %s', (office) => {
  const first = offices.indexOf(office) * queries
  const numbers = Array.from({ length: queries }, (_, index) => first + index)

  it(`finds nothing foreign by ${queries} generated queries`, async () => {
    const side = sides.get(office)!
    for (const number of numbers) {
      await judge(probe(number, side.samples), side, side.client.get)
    }
  })

  it('nor when only row level security is left', async () => {
    const side = sides.get(office)!
    const door = createODataDoor()
    const get: Get = async (path) => {
      const address = path.startsWith('http')
        ? path.replace(hub.functionsUrl, 'http://hub.test')
        : `http://hub.test/odata${path}`
      const response = await door.fetch(
        new Request(address, { headers: { Authorization: `Bearer ${side.client.token}` } }),
      )
      return { status: response.status, text: await response.text() }
    }
    application.restricts = false
    try {
      for (const number of numbers) await judge(probe(number, side.samples), side, get)
    } finally {
      application.restricts = true
    }
    expect(application.lifted).toBeGreaterThan(queries / 2)
  })

  it.each([['as served', true], ['when only row level security is left', false]])(
    'searches and finds nothing foreign, %s',
    async (_, restricts) => {
      const side = sides.get(office)!
      const door = createSearchDoor()
      const ask: Ask = async (path, body) => {
        const request = new Request(`http://hub.test/search/${path}`, {
          method: body ? 'POST' : 'GET',
          headers: { Authorization: `Bearer ${side.client.token}`, 'Content-Type': 'application/json' },
          body: body ? JSON.stringify(body) : undefined,
        })
        const response = await door.fetch(request)
        return { status: response.status, text: await response.text() }
      }
      const lifted = application.lifted
      application.restricts = restricts
      try {
        const leaks = await searchLeaks(ask, {
          everything: listings,
          own: side.ownKeys.get('Property')!,
          isForeign: (text) => side.foreign.has(text),
          seed: `tenancy ${office}`,
          searches: 60,
        })
        expect(leaks).toEqual([])
      } finally {
        application.restricts = true
      }
      expect(application.lifted > lifted).toBe(!restricts)
    },
  )
})
