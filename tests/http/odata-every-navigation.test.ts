import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resources as stored } from '../../functions/_shared/reso/dictionary.ts'
import { historyTransactional } from '../../functions/_shared/reso/history-transactional.ts'
import { relations } from '../../functions/_shared/odata/model/relations.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Every navigation, expanded, followed by path and filtered by: what it leads to is what joining the rows leads to. */
let hub: Hub
let client: ODataClient
const resources = [...stored, historyTransactional]
const rowsOf: Record<string, Row[]> = {}
const keyOf = Object.fromEntries(resources.map(({ name, key }) => [name, key]))

beforeAll(async () => {
  hub = await startHub({ seed: true })
  client = await demoClient(hub, 'verifier_all')
  const [{ ContactKey } = {}] = await client.rows('/Contacts?$top=1')
  // The demo brokerage has no showing with a buyer, as its source has none.
  await sendGold(hub, 'showing_appointment', [{
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
    ShowingAppointmentKey: 'QOBRIX_bought',
    BuyerContactKey: ContactKey,
  }])
  const [{ ListingKey, ListAgentKey } = {}] = await client.rows(
    `/Property?$filter=OriginatingSystemOfficeKey eq 'SHARPSIR-CY-001' and ListAgentKey ne null&$top=1`,
  )
  const own = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' }
  await sendGold(
    hub,
    'open_house',
    ['2026-08-15', '2026-08-16'].map((OpenHouseDate) => ({
      ...own,
      OpenHouseKey: `QOBRIX_OPENHOUSE_${OpenHouseDate}`,
      ListingKey,
      ShowingAgentKey: ListAgentKey,
      OpenHouseDate,
    })),
  )
  await sendGold(
    hub,
    'property_rooms',
    [1, 2].map((n) => ({ ...own, RoomKey: `QOBRIX_ROOM_${n}`, ListingKey })),
  )
  await sendGold(hub, 'property_unit_types', [{ ...own, UnitTypeKey: 'QOBRIX_UNIT_1', ListingKey }])
  await sendGold(hub, 'teams', [{ ...own, TeamKey: 'QOBRIX_TEAM', TeamLeadKey: ListAgentKey }])
  await sendGold(
    hub,
    'team_members',
    [1, 2].map((n) => ({
      ...own,
      TeamMemberKey: `QOBRIX_TEAM_${n}`,
      TeamKey: 'QOBRIX_TEAM',
      MemberKey: ListAgentKey,
    })),
  )
  const [main] = await client.rows('/Office?$top=1')
  await sendGold(hub, 'office', [{
    ...own,
    OfficeKey: 'QOBRIX_BRANCH',
    MainOfficeKey: main!.OfficeKey,
    OfficeManagerKey: ListAgentKey,
  }])
  for (const { name } of resources) rowsOf[name] = await client.all(`/${name}?$top=1000`)
})
afterAll(() => hub?.stop())

const navigations = resources.flatMap((resource) =>
  relations(resource).map((relation) => ({ resource: resource.name, ...relation }))
)

describe.each(navigations)('$resource/$name', ({ resource, name, target, from, to, isCollection }) => {
  /** The first rows that lead somewhere and the first that do not. */
  const parents = () => {
    const [some, none] = [true, false].map((leads) =>
      rowsOf[resource]!.filter((row) => (linked(row).length > 0) === leads).slice(0, 60)
    )
    expect(some!.length).toBeGreaterThan(0)
    return [...some!, ...none!]
  }
  const linked = (row: Row) =>
    row[from] === null ? [] : rowsOf[target]!.filter((candidate) => candidate[to] === row[from])
  const wanted = (row: Row) => isCollection ? linked(row) : linked(row)[0] ?? null
  const key = keyOf[resource]!
  const keysOf = (rows: Row[]) => rows.map((row) => row[key] as string)
  const filterOf = (rows: Row[]) =>
    encodeURIComponent(
      `${key} in (${keysOf(rows).map((value) => `'${value.replaceAll("'", "''")}'`).join(',')})`,
    )

  it('expands to what is linked', async () => {
    const rows = parents()
    const found = await client.all(`/${resource}?$filter=${filterOf(rows)}&$expand=${name}&$top=1000`)
    expect(found).toHaveLength(rows.length)
    const byKey = new Map(found.map((row) => [row[key], row]))
    for (const row of rows) {
      const { [name]: related, ...own } = byKey.get(row[key])!
      expect(own).toEqual(row)
      expect(related).toEqual(wanted(row))
    }
  })

  it('honours options inside, page by page', async () => {
    const rows = parents()
    const nested = keyOf[target]!
    const options = isCollection
      ? `($select=${nested};$orderby=${nested} desc;$top=2;$count=true)`
      : `($select=${nested})`
    const found = await client.all(
      `/${resource}?$select=${key}&$filter=${filterOf(rows)}&$expand=${name}${options}&$top=17`,
    )
    expect(found).toHaveLength(rows.length)
    for (const row of found) {
      const whole = rows.find((candidate) => candidate[key] === row[key])!
      const all = linked(whole).map((related) => related[nested] as string)
      if (!isCollection) {
        expect((row[name] as Row | null)?.[nested]).toBe(all[0])
        continue
      }
      expect(row[`${name}@odata.count`]).toBe(all.length)
      expect((row[name] as Row[]).map((related) => related[nested])).toEqual(
        all.toSorted().reverse().slice(0, 2),
      )
    }
  })

  it('is followed by path', async () => {
    for (const row of [...parents().slice(0, 3), ...parents().slice(-3)]) {
      const path = `/${resource}('${encodeURIComponent(row[key] as string)}')/${name}`
      const { status, body } = await client.get(path)
      const related = wanted(row)
      if (isCollection) {
        expect(body.value).toEqual((related as Row[]).slice(0, 100))
        expect((await client.get(`${path}/$count`)).text).toBe(String((related as Row[]).length))
      } else {
        expect(status).toBe(related ? 200 : 204)
        if (related) expect(body).toMatchObject(related as Row)
      }
    }
  })

  it('is filtered by', async () => {
    const [first] = parents()
    const nested = keyOf[target]!
    const value = linked(first!)[0]![nested] as string
    const literal = `'${value.replaceAll("'", "''")}'`
    const holds = (row: Row) => linked(row).some((related) => related[nested] === value)
    const filters: [filter: string, predicate: (row: Row) => boolean][] = isCollection
      ? [
        [`${name}/any()`, (row) => linked(row).length > 0],
        [`${name}/any(r:r/${nested} eq ${literal})`, holds],
        [`${name}/all(r:r/${nested} ne ${literal})`, (row) => !holds(row)],
        [`${name}/$count gt 1`, (row) => linked(row).length > 1],
      ]
      : [
        [`${name}/${nested} eq ${literal}`, holds],
        [`${name}/${nested} ne ${literal}`, (row) => !holds(row)],
        [`${name}/${nested} eq null`, (row) => linked(row).length === 0],
      ]
    for (const [filter, predicate] of filters) {
      const found = await client.all(
        `/${resource}?$select=${key}&$filter=${encodeURIComponent(filter)}&$top=1000`,
      )
      expect([filter, keysOf(found)]).toEqual([filter, keysOf(rowsOf[resource]!.filter(predicate))])
    }
  })
})
