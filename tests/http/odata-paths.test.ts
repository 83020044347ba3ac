import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Paths of several steps: what they lead to, and what is said where they lead to nothing. */
let hub: Hub
let root: string
let all: ODataClient
let hungary: ODataClient
let listing: Row & { ListAgent: Row & { Office: Row }; Media: Row[] }
let address: string

beforeAll(async () => {
  hub = await startHub({ seed: true })
  root = `${hub.functionsUrl}/odata`
  all = await newClient(hub, { offices: ['*'], grants: ['Contacts'], profile: 'dd2' })
  hungary = await newClient(hub, { offices: ['SHARPSIR-HU-001'], profile: 'dd2' })
  const [first] = await all.rows(
    "/Property?$filter=ListAgent/Office ne null and Media/$count gt 1 and OriginatingSystemOfficeKey eq 'SHARPSIR-CY-001'&$top=1&$expand=Media,ListAgent($expand=Office)",
  )
  listing = first as typeof listing
  address = `/Property('${listing.ListingKey}')`
  const gold = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001', StandardStatus: 'Active' }
  await sendGold(hub, 'property', [{ ...gold, ListingKey: 'QOBRIX_nobody' }])
})
afterAll(() => hub?.stop())

it('lead over entities to an entity, its fields and its reference', async () => {
  const { Office } = listing.ListAgent
  const { body } = await all.get(`${address}/ListAgent/Office`)
  expect(body.OfficeKey).toBe(Office.OfficeKey)
  expect(body['@odata.context']).toBe(`${root}/$metadata#Office/$entity`)
  expect((await all.get(`${address}/ListAgent/Office/OfficeName`)).body).toEqual({
    '@odata.context': `${root}/$metadata#Office('${Office.OfficeKey}')/OfficeName`,
    value: Office.OfficeName,
  })
  expect((await all.get(`${address}/ListAgent/Office/OfficeName/$value`)).text).toBe(Office.OfficeName)
  expect((await all.get(`${address}/ListAgent/Office/$ref`)).body['@odata.id'])
    .toBe(`Office('${Office.OfficeKey}')`)
  const shaped =
    (await all.get(`${address}/ListAgent/Office?$select=OfficeKey&$expand=OfficeMembers($select=MemberKey)`))
      .body
  expect(shaped.OfficeMembers.map((row: Row) => row.MemberKey)).toContain(listing.ListAgentKey)
})

it('lead through a key in a collection and out of it again', async () => {
  const photo = listing.Media[1]!.MediaKey
  const way = `${address}/Media('${photo}')`
  expect((await all.get(`${way}/Property/ListAgent/MemberKey`)).body.value).toBe(listing.ListAgentKey)
  expect((await all.get(`${way}/Property/Media/$count`)).text).toBe(String(listing.Media.length))
  expect((await all.get(`${address}/Media('none')/Property`)).status).toBe(404)
})

it('lead to collections with all their options, page by page', async () => {
  const office = listing.ListAgent.Office.OfficeKey
  const members = await all.all(`/Member?$filter=OfficeKey eq '${office}'&$orderby=MemberKey desc`)
  const way = `${address}/ListAgent/Office/OfficeMembers`
  const keys = (rows: Row[]) => rows.map((row) => row.MemberKey)
  expect(keys(await all.all(`${way}?$orderby=MemberKey desc&$top=2`))).toEqual(keys(members))
  expect((await all.get(`${way}/$count`)).text).toBe(String(members.length))
  expect((await all.get(`${way}?$filter=MemberKey eq 'x'&$count=true`)).body).toMatchObject({
    '@odata.count': 0,
    value: [],
  })
  expect((await all.get(`${way}/$count?$filter=MemberKey eq 'x'`)).text).toBe('0')
})

it('tell nothing related from nothing there', async () => {
  for (const step of ['ListAgent', 'ListAgent/Office', 'ListAgent/Office/OfficeName', 'ListAgent/$ref']) {
    expect([step, (await all.get(`/Property('QOBRIX_nobody')/${step}`)).status]).toEqual([step, 204])
    expect([step, (await all.get(`/Property('never')/${step}`)).status]).toEqual([step, 404])
  }
  expect((await all.get("/Property('QOBRIX_nobody')/Media")).body.value).toEqual([])
  expect((await all.get("/Property('QOBRIX_nobody')/Media/$count")).text).toBe('0')
  for (const path of ['never', 'QOBRIX_nobody']) {
    const { status, body } = await all.get(`/Property('${path}')/ListAgent/Office/OfficeMembers`)
    expect([status, body.error.code]).toEqual([404, 'not_found'])
  }
  expect((await all.get("/Property('never')/Media/$count")).body.error.message).toContain('never')
})

it('see no more than a query of the caller', async () => {
  for (
    const step of ['ListAgent', 'ListAgent/Office', 'Media', 'Media/$count', 'ListAgent/Office/OfficeMembers']
  ) {
    expect([step, (await hungary.get(`${address}/${step}`)).status]).toEqual([step, 404])
  }
  // A listing of theirs, linked to a member of another office: the way ends where they may not look.
  await sendGold(hub, 'property', [{
    ListingKey: 'QOBRIX_across',
    OriginatingSystemOfficeKey: 'SHARPSIR-HU-001',
    StandardStatus: 'Active',
    ListAgentKey: listing.ListAgentKey,
  }])
  expect((await all.get("/Property('QOBRIX_across')/ListAgent/Office")).status).toBe(200)
  for (const step of ['ListAgent', 'ListAgent/Office', 'ListAgent/MemberFullName']) {
    expect([step, (await hungary.get(`/Property('QOBRIX_across')/${step}`)).status]).toEqual([step, 204])
  }
})

it('are no longer than ten steps', async () => {
  const around = (turns: number) => `${address}/ListAgent${'/Office/OfficeBroker'.repeat(turns)}`
  expect((await all.get(around(4))).status).toBeLessThan(300)
  const { status, body } = await all.get(around(5))
  expect([status, body.error.code, body.error.target]).toEqual([400, 'too_costly', 'path'])
})
