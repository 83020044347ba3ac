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

  it('hides files with their listing, and by themselves', async () => {
    const { rows: [file] } = await hub.pool.query(`
      select m.id, m.media_key as key, m.listing_id from public.mls_listing_media m
      join public.mls_listings l on l.id = m.listing_id
      where l.originating_office_key = 'SHARPSIR-HU-001' and l.first_published_at is null and l.claimed_at is null
        and not l.origin_deleted and m.is_servable limit 1`)
    const ruleOfFile = () => rule(hungary, file.key, 'Media')
    expect(await ruleOfFile()).toBe('served')
    const { body } = await hungary.get(`/$explain?resource=Media&key=${encodeURIComponent(file.key)}`)
    const { body: media } = await hungary.get(`/Media('${encodeURIComponent(file.key)}')`)
    expect(body.changed).toBe(media.ModificationTimestamp)

    await hub.pool.query(`update public.mls_tenants set api_visibility = 'published' where code = 'HU'`)
    expect(await ruleOfFile()).toBe('tenant_visibility')
    await hub.pool.query(`update public.mls_tenants set api_visibility = 'all' where code = 'HU'`)
    await hub.pool.query('update public.mls_listings set origin_deleted = true where id = $1', [
      file.listing_id,
    ])
    expect(await ruleOfFile()).toBe('origin_deleted')
    await hub.pool.query('update public.mls_listings set origin_deleted = false where id = $1', [
      file.listing_id,
    ])
    await hub.pool.query('update public.mls_listing_media set is_hidden = true where id = $1', [file.id])
    expect(await ruleOfFile()).toBe('removed')
  })

  it('does not know files of a listing that was never served, but those of one that is being worked on', async () => {
    const { rows: [listing] } = await hub.pool.query(`
      insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, claimed_at)
      select t.id, 'SHARPSIR-HU-001', 'MANUAL', 'MANUAL_explained', 'explained', now()
      from public.mls_tenants t where t.code = 'HU' returning id, tenant_id`)
    await hub.pool.query(
      `insert into public.mls_listing_media
         (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_media_key, media_url)
       values ($1, $2, 'MANUAL_explained', 'SHARPSIR-HU-001', 'M_explained', 'M_explained', 'https://photos.example/1.jpg')`,
      [listing.tenant_id, listing.id],
    )
    const move = (status: string) =>
      hub.pool.query(`update public.mls_listings set status = $2 where id = $1`, [listing.id, status])
    expect(await rule(hungary, 'M_explained', 'Media')).toBe('unknown')
    await move('PUBLISHED')
    expect(await rule(hungary, 'M_explained', 'Media')).toBe('served')
    await move('DRAFT')
    expect(await rule(hungary, 'M_explained', 'Media')).toBe('workflow')
  })

  it('needs the grant of a restricted resource in the database too', async () => {
    const { rows: [row] } = await hub.pool.query(
      `select set_config('mls.claims', mls.api_client_context('portal_cy') ->> 'claims', true),
         mls.explain_record('served_contacts', 'ContactKey', s."ContactKey") as explained
       from public.served_contacts s where s.office_key = 'SHARPSIR-CY-001' limit 1`,
    )
    expect(row.explained).toEqual({ rule: 'grant' })
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
