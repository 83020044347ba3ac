import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateDeliveries } from '../../scripts/seed/deliveries.ts'
import { type App, appOf, dataOf, refusalOf, runJob } from '../support/apps.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { readAsClient } from '../support/outside.ts'
import { picture } from '../support/pictures.ts'

/**
 * A listing's way from the source to the world, told through an unmodified supabase-js: a broker claims, edits and
 * completes, a manager approves, the world sees a draft at no step, and the source goes on talking.
 */
let hub: Hub
let broker: App
let manager: App
let id: string

const delivery = generateDeliveries().find(({ officeKey }) => officeKey === 'SHARPSIR-CY-001')!.records
const record = delivery.property.find((property) =>
  property.StandardStatus === 'Active' && property.PropertyType === 'Residential' && property.City &&
  property.ListPrice && property.PublicRemarks && `${property.ListingKey}`.startsWith('QOBRIX_') &&
  delivery.media.some((media) =>
    media.ResourceRecordKey === property.ListingKey && media.X_QobrixMediaCategory === 'photos'
  )
)!
const media = delivery.media.filter((one) => one.ResourceRecordKey === record.ListingKey)
const key = record.ListingKey as string

async function ingest(resource: string, records: unknown[]): Promise<Record<string, number>> {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await hub.token('databricks')}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(records),
  })
  expect(response.status).toBe(200)
  const receipt = await response.json()
  expect(receipt.totals.reject, JSON.stringify(receipt.records)).toBe(0)
  return receipt.totals
}

interface Seen {
  status: string
  price: string
  remarks: string
  photos: number
  counted: number
}

/** The listing as portals see it, null when they do not. */
async function outside(): Promise<Seen | null> {
  const rows = await readAsClient<Seen>(
    hub.pool,
    'portal_cy',
    `select "StandardStatus" as status, "ListPrice"::text as price, "PublicRemarks" as remarks, "PhotosCount" as counted,
       (select count(*)::int from public.served_media m where m."ResourceRecordKey" = p."ListingKey") as photos
     from public.served_property p where "ListingKey" = $1`,
    [key],
  )
  return rows[0] ?? null
}

beforeAll(async () => {
  hub = await startHub({ rest: true })
  broker = appOf(hub, 'broker_cy')
  manager = appOf(hub, 'manager_cy')
  await ingest('property', [record])
  await ingest('media', media)
})
afterAll(() => hub?.stop())

describe('from the inbox to the world', () => {
  let before: Seen

  it('lists what nobody has claimed', async () => {
    const inbox = dataOf(await broker.from('mls_listings').select('id, ref, status').is('claimed_at', null))
    expect(inbox).toHaveLength(1)
    id = inbox[0]!.id
    before = (await outside())!
    expect(before.status).toBe('Active')
    expect(before.photos).toBeGreaterThan(0)
  })

  it('is claimed once', async () => {
    const row = dataOf(await broker.rpc('claim_listing', { listing_id: id }))
    expect(row).toMatchObject({ id, status: 'DRAFT', broker_id: hub.users.broker_cy!.id })
    for (const app of [broker, manager]) {
      expect(refusalOf(await app.rpc('claim_listing', { listing_id: id }))).toMatchObject({
        status: 409,
        code: 'already_claimed',
        details: { holder: hub.users.broker_cy!.id },
      })
    }
    expect(await outside()).toEqual(before)
  })

  it('is edited, and a stale edit fails', async () => {
    const { version } = dataOf(
      await broker.from('mls_listings').select('version').eq('id', id).single(),
    )
    const edited = dataOf(
      await broker.from('mls_listings')
        .update({ public_remarks: 'Written by the broker.', sea_view: true, version })
        .eq('id', id).select('version, public_remarks').single(),
    )
    expect(edited).toEqual({ version: version + 1, public_remarks: 'Written by the broker.' })
    expect(
      refusalOf(
        await broker.from('mls_listings').update({ city: 'Elsewhere', version }).eq('id', id).select(),
      ),
    ).toMatchObject({ code: 'stale_version', details: { version: version + 1, sent: version } })
    expect(await outside()).toEqual(before)
  })

  it('gets a photo', async () => {
    const file = new Blob([picture('photo.jpg')], { type: 'image/jpeg' })
    dataOf(await broker.storage.from('mls-media').upload(`${id}/terrace.jpg`, file))
    const photo = dataOf(
      await broker.from('mls_listing_media')
        .insert({
          listing_id: id,
          storage_path: `${id}/terrace.jpg`,
          title: 'Terrace',
        })
        .select('id, tenant_id, media_key, origin_system').single(),
    )
    expect(photo).toMatchObject({ origin_system: 'MANUAL', media_key: `MANUAL_MEDIA_${photo.id}` })
    const ordered = dataOf(await broker.rpc('reorder_media', { listing_id: id, media_ids: [photo.id] }))
    expect(ordered[0]?.id).toBe(photo.id)
    expect(await outside()).toEqual(before)
  })

  it('is not published before its time; the refusal names the guard', async () => {
    expect(refusalOf(await broker.rpc('publish', { listing_id: id }))).toMatchObject({
      status: 409,
      code: 'guard_failed',
      details: { guard: 'approved:DUE_DILIGENCE' },
    })
    const { status } = dataOf(await broker.from('mls_listings').select('status').eq('id', id).single())
    expect(status).toBe('DRAFT')
  })

  it('completes its steps, its documents, and gets its approvals from somebody else', async () => {
    const steps = dataOf(
      await broker.from('mls_listing_checklist_items')
        .select('id, mls_checklist_templates!inner(is_required)').eq('listing_id', id)
        .eq('mls_checklist_templates.is_required', true),
    )
    expect(steps).toHaveLength(3)
    for (const step of steps) dataOf(await broker.rpc('complete_checklist_item', { item_id: step.id }))

    const types = dataOf(
      await broker.from('mls_document_type_config').select('id, code').eq('is_required', true),
    )
    for (const type of types) {
      const paper = new Blob(['%PDF-1.7'], { type: 'application/pdf' })
      dataOf(await broker.storage.from('mls-documents').upload(`${id}/${type.code}.pdf`, paper))
      const document = dataOf(
        await broker.from('mls_listing_documents')
          .insert({
            listing_id: id,
            document_type_id: type.id,
            storage_path: `${id}/${type.code}.pdf`,
            file_name: 'a.pdf',
          })
          .select('id').single(),
      )
      expect(
        refusalOf(await broker.rpc('review_document', { document_id: document.id, decision: 'APPROVED' })),
      )
        .toMatchObject({ details: { guard: 'min_scope:TEAM' } })
      dataOf(await manager.rpc('review_document', { document_id: document.id, decision: 'APPROVED' }))
    }

    for (const approval_type of ['DUE_DILIGENCE', 'MARKETING']) {
      const approval = dataOf(await broker.rpc('request_approval', { listing_id: id, approval_type }))
      const decision = { approval_id: approval.id, decision: 'APPROVED' }
      expect(refusalOf(await broker.rpc('decide_approval', decision)).details).toMatchObject({
        guard: 'min_scope:TEAM',
      })
      dataOf(await manager.rpc('decide_approval', decision))
      expect(refusalOf(await manager.rpc('decide_approval', decision)).code).toBe('already_decided')
    }
    expect(await outside()).toEqual(before)
  })

  it('is published, with what the broker wrote', async () => {
    const row = dataOf(await broker.rpc('publish', { listing_id: id }))
    expect(row.status).toBe('PUBLISHED')
    expect(await runJob(hub, 'media')).toMatchObject({ result: { stored: 1, failed: 0 } })
    expect(await outside()).toMatchObject({
      status: 'Active',
      remarks: 'Written by the broker.',
      photos: before.photos + 1,
    })
    const history = dataOf(
      await broker.from('mls_status_history').select('to_status').eq('listing_id', id).order('id'),
    )
    expect(history.map(({ to_status }) => to_status)).toEqual([
      'INGESTED',
      'DRAFT',
      'PENDING_DUE_DILIGENCE',
      'AGREEMENT_PENDING',
      'PHOTOS_PENDING',
      'MARKETING_REVIEW',
      'PUBLISHED',
    ])
  })

  it('follows the price of its source and keeps its own words', async () => {
    const totals = await ingest('property', [{
      ...record,
      ListPrice: '777777.00',
      PublicRemarks: 'Rewritten at the source.',
      ModificationTimestamp: new Date().toISOString(),
    }])
    expect(totals).toMatchObject({ track: 1 })
    expect(await outside()).toMatchObject({ price: '77777700', remarks: 'Written by the broker.' })
  })

  it('shows where hub and source differ, and the broker decides', async () => {
    const drift = async () =>
      dataOf(await broker.from('mls_listing_drift').select('field, ours, theirs').eq('listing_id', id))
    const fields = (rows: { field: string | null }[]) => rows.map(({ field }) => field).sort()
    const before = await drift()
    expect(fields(before)).toEqual(
      expect.arrayContaining(['PublicRemarks']),
    )
    expect(before).toContainEqual({
      field: 'PublicRemarks',
      ours: 'Written by the broker.',
      theirs: 'Rewritten at the source.',
    })
    expect(fields(before)).not.toContain('ListPrice')

    const decide = (fields: string[], resolution: string) =>
      broker.rpc('resolve_drift', { listing_id: id, fields, resolution })
    expect(refusalOf(await decide(['City'], 'accept_source')).code).toBe('no_drift')
    dataOf(await decide(['PublicRemarks'], 'accept_source'))
    expect((await outside())!.remarks).toBe('Rewritten at the source.')
    if (fields(before).includes('X_SeaView')) dataOf(await decide(['X_SeaView'], 'keep_ours'))
    expect(fields(await drift())).toEqual([])
  })

  it('is found through OData as it was decided', async () => {
    const response = await fetch(`${hub.functionsUrl}/odata/Property('${key}')`, {
      headers: { Authorization: `Bearer ${await hub.token('portal_cy')}` },
    })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      ListingKey: key,
      StandardStatus: 'Active',
      ListPrice: 777777,
      PublicRemarks: 'Rewritten at the source.',
      X_SeaView: 'true',
    })
  })

  it('is on the website for anybody, and gone once it is withdrawn', async () => {
    const visitor = appOf(hub)
    expect(dataOf(await visitor.from('listings_public').select('id, market, status'))).toEqual([
      { id, market: 'CY', status: 'PUBLISHED' },
    ])
    expect(refusalOf(await broker.rpc('withdraw', { listing_id: id, reason: '' })).details).toMatchObject({
      guard: 'reason',
    })
    dataOf(await broker.rpc('withdraw', { listing_id: id, reason: 'The owner keeps it' }))
    expect(dataOf(await visitor.from('listings_public').select('id'))).toEqual([])
    expect((await outside())!.status).toBe('Withdrawn')
  })
})

describe('what a broker cannot do', () => {
  it('moves no status, price, place or owner by an update', async () => {
    for (
      const change of [
        { status: 'SOLD' },
        { list_price: 1 },
        { latitude: 1, longitude: 1 },
        { broker_id: hub.users.manager_cy!.id },
        { tenant_id: '00000000-0000-4000-8000-000000000000' },
        { origin_key: 'X' },
        { extensions: {} },
      ]
    ) {
      const { error, status } = await broker.from('mls_listings').update(change).eq('id', id).select()
      expect({ change, code: error?.code, status }).toEqual({ change, code: '42501', status: 403 })
    }
  })

  it('changes nothing of another market, nor sees it', async () => {
    const other = appOf(hub, 'broker_hu')
    expect(dataOf(await other.from('mls_listings').select('id'))).toEqual([])
    expect(dataOf(await other.from('mls_listings').update({ city: 'Mine' }).eq('id', id).select())).toEqual(
      [],
    )
    expect((await other.rpc('claim_listing', { listing_id: id })).status).toBe(404)
  })

  it('leaves a trace of all it did', async () => {
    expect(dataOf(await broker.from('mls_audit').select('id'))).toEqual([])
    const trail = dataOf(
      await appOf(hub, 'org_admin_cy').from('mls_audit')
        .select('changed_by, old_values, new_values')
        .eq('table_name', 'mls_listings').eq('record_id', id).order('id'),
    )
    expect(trail.map(({ new_values }) => new_values)).toContainEqual(
      expect.objectContaining({ public_remarks: 'Written by the broker.' }),
    )
    expect(new Set(trail.map(({ changed_by }) => changed_by))).toEqual(new Set([hub.users.broker_cy!.id]))
  })
})
