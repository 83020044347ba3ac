import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/** `/$ref`: the addresses of entities, which lead to them. */
let hub: Hub
let cyprus: ODataClient
let root: string

beforeAll(async () => {
  hub = await startHub({ seed: true })
  cyprus = await demoClient(hub, 'portal_cy')
  root = `${hub.functionsUrl}/odata`
})
afterAll(() => hub?.stop())

const ids = (rows: Row[]) => rows.map((row) => row['@odata.id'])

it('of a collection: filtered, ordered, paged, counted', async () => {
  const query = "$filter=City eq 'Limassol'&$orderby=ListPrice desc&$top=3"
  const rows = await cyprus.all(`/Property?$select=ListingKey&${query}`)
  const { body } = await cyprus.get(`/Property/$ref?${query}&$count=true`)
  expect(body['@odata.context']).toBe(`${root}/$metadata#Collection($ref)`)
  expect(body['@odata.count']).toBe(rows.length)
  expect(Object.keys(body.value[0])).toEqual(['@odata.id'])
  const references = await cyprus.all(`/Property/$ref?${query}`)
  expect(ids(references)).toEqual(rows.map((row) => `Property('${row.ListingKey}')`))
})

it('of one entity, over a navigation, and of what is behind it', async () => {
  const [listing] = await cyprus.rows(
    '/Property?$select=ListingKey,ListAgentKey&$filter=ListAgent/MemberKey ne null and Media/any()&$expand=Media($select=MediaKey)',
  ) as { ListingKey: string; ListAgentKey: string; Media: Row[] }[]
  const address = `/Property('${listing!.ListingKey}')`
  expect((await cyprus.get(`${address}/$ref`)).body).toEqual({
    '@odata.context': `${root}/$metadata#$ref`,
    '@odata.id': address.slice(1),
  })
  const agent = (await cyprus.get(`${address}/ListAgent/$ref`)).body['@odata.id']
  expect(agent).toBe(`Member('${listing!.ListAgentKey}')`)
  expect((await cyprus.get(`/${agent}`)).body.MemberKey).toBe(listing!.ListAgentKey)
  const photos = await cyprus.all(`${address}/Media/$ref`)
  expect(ids(photos).sort()).toEqual(listing!.Media.map((row) => `Media('${row.MediaKey}')`).sort())
})

it('in $expand: of many, of one, of none', async () => {
  const filter = '$filter=Media/any()&$orderby=ListAgentKey desc&$top=5'
  const whole = await cyprus.rows(
    `/Property?$select=ListingKey&${filter}&$expand=ListAgent($select=MemberKey),Media($select=MediaKey;$orderby=Order desc;$top=2)`,
  ) as { ListAgent: Row | null; Media: Row[] }[]
  const brief = await cyprus.rows(
    `/Property?$select=ListingKey&${filter}&$expand=ListAgent/$ref,Media/$ref($orderby=Order desc;$top=2)`,
  )
  expect(brief.map(({ ListAgent, Media }) => ({ ListAgent, Media }))).toEqual(
    whole.map(({ ListAgent, Media }) => ({
      ListAgent: ListAgent && { '@odata.id': `Member('${ListAgent.MemberKey}')` },
      Media: Media.map((row) => ({ '@odata.id': `Media('${row.MediaKey}')` })),
    })),
  )
})

it('escapes what stands in a key', async () => {
  const key = "QOBRIX_O'Hara/Ж 1"
  await hub.pool.query(
    `update public.served_property set "ListingKey" = $1, doc = replace(doc, "ListingKey", $1)
    where seq = (select min(seq) from public.served_property where office_key = 'SHARPSIR-CY-001' and not is_deleted)`,
    [key],
  )
  const [first] = await cyprus.rows('/Property/$ref?$top=1')
  expect(first!['@odata.id']).toBe(`Property('${encodeURIComponent("QOBRIX_O''Hara/Ж 1")}')`)
  expect((await cyprus.get(`${root}/${first!['@odata.id']}`)).body.ListingKey).toBe(key)
  const { body } = await cyprus.get(`${root}/${first!['@odata.id']}/ListingKey`)
  expect(body).toEqual({
    '@odata.context': `${root}/$metadata#${first!['@odata.id']}/ListingKey`,
    value: key,
  })
})

it('is not given of what is not there, not visible, or with a shape', async () => {
  const [hidden] = await (await demoClient(hub, 'portal_hu')).rows('/Property?$select=ListingKey&$top=1')
  expect((await cyprus.get(`/Property('${hidden!.ListingKey}')/$ref`)).status).toBe(404)
  expect((await cyprus.get(`/Property('never')/$ref`)).status).toBe(404)
  const { status, body } = await cyprus.get('/Property/$ref?$select=City')
  expect([status, body.error.target]).toEqual([400, '$select'])
  const event = (await cyprus.get('/EntityEvent/$ref?$top=1')).body.value[0]['@odata.id']
  expect(event).toMatch(/^EntityEvent\(\d+\)$/)
  const kind = (await cyprus.get(`/${event}/X_EventType`)).body
  expect(kind['@odata.context']).toBe(`${root}/$metadata#${event}/X_EventType`)
})
