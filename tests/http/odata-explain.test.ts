import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'

let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient

beforeAll(async () => {
  hub = await startHub({ seed: true })
  ;[cyprus, hungary] = [await demoClient(hub, 'portal_cy'), await demoClient(hub, 'portal_hu')]
})
afterAll(() => hub?.stop())

const rule = async (client: ODataClient, key: string, resource = 'Property') => {
  const { status, body } = await client.get(`/$explain?resource=${resource}&key=${encodeURIComponent(key)}`)
  expect(status).toBe(200)
  expect(body.visible).toBe(body.rule === 'served')
  expect((await client.get(`/${resource}('${encodeURIComponent(key)}')`)).status).toBe(
    body.visible ? 200 : 404,
  )
  return body.rule
}

describe('$explain', () => {
  it('names the rule that shows or hides a record', async () => {
    const [{ ListingKey }] = await cyprus.rows(
      "/Property?$top=1&$filter=startswith(ListingKey,'QOBRIX_')",
    ) as [Row]
    const key = ListingKey as string
    expect(await rule(cyprus, key)).toBe('served')
    await hub.pool.query(
      'update public.mls_listings set origin_deleted = true, claimed_at = null where origin_key = $1',
      [key],
    )
    expect(await rule(cyprus, key)).toBe('origin_deleted')

    const { rows: [open] } = await hub.pool.query(`select l.origin_key from public.mls_listings l
      join public.mls_tenants t on t.id = l.tenant_id
      where t.code = 'CY' and l.first_published_at is null and l.claimed_at is null and not l.origin_deleted limit 1`)
    const published = await newClient(hub, { offices: ['SHARPSIR-CY-001'], api_visibility: 'published' })
    expect(await rule(published, open.origin_key)).toBe('client_visibility')
    await hub.pool.query(`update public.mls_tenants set api_visibility = 'published' where code = 'CY'`)
    expect(await rule(cyprus, open.origin_key)).toBe('tenant_visibility')
  })

  it('knows every resource', async () => {
    for (
      const [resource, key] of [['Member', 'MemberKey'], ['Office', 'OfficeKey'], [
        'Media',
        'MediaKey',
      ]] as const
    ) {
      const [row] = await cyprus.rows(`/${resource}?$top=1`) as [Row]
      expect(await rule(cyprus, row[key] as string, resource)).toBe('served')
      expect(await rule(cyprus, 'never', resource)).toBe('unknown')
    }
  })

  it('does not tell a foreign record from one that never was', async () => {
    const [{ ListingKey }] = await hungary.rows('/Property?$top=1') as [Row]
    const foreign = await cyprus.get(`/$explain?resource=Property&key=${ListingKey}`)
    const never = await cyprus.get('/$explain?resource=Property&key=never')
    expect({ ...foreign.body, key: '' }).toEqual({ ...never.body, key: '' })
    expect(foreign.body.rule).toBe('unknown')
    expect((await cyprus.get('/$explain?resource=Contacts&key=never')).body.rule).toBe('grant')
  })

  it('says what is missing', async () => {
    expect((await cyprus.get('/$explain?resource=Property')).body.error.target).toBe('key')
    expect((await cyprus.get('/$explain?key=x')).body.error.target).toBe('resource')
    expect((await cyprus.get('/$explain?resource=Nothing&key=x')).status).toBe(404)
  })
})
