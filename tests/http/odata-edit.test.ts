import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Editor, editorOf } from '../support/editor.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

/** RESO Web API Add/Edit (RCP-10): what its tests ask for, and what the rules of the hub say to it. */
const office = 'SHARPSIR-CY-001'
let hub: Hub
let agency: Editor
let standard: Editor

beforeAll(async () => {
  hub = await startHub({ environment: { MLS_CLIENT_CACHE_SECONDS: '0' } })
  await publishListings(hub.pool, 3, 'QOBRIX_E')
  await hub.pool.query('select mls.adopt_standard_lookups()')
  agency = await editorOf(hub, 'agency', { offices: [office], edits: ['Property', 'Media'] })
  standard = await editorOf(hub, 'standard', { offices: [office], edits: ['Property'], profile: 'dd2' })
})
afterAll(() => hub?.stop())

const villa = {
  ListPrice: 123456.5,
  BedroomsTotal: 3,
  City: 'Лимассол',
  PublicRemarks: 'Вилла «у моря» 🏖️',
  PropertyType: 'Residential',
  PropertySubType: 'Apartment',
  Latitude: 34.7,
  Longitude: 33.1,
  X_SeaView: 'true',
  X_LivingRooms: 2,
  NewConstructionYN: true,
  YearBuilt: null,
}

describe('creating', () => {
  test('the answer holds what was sent, and where it is read again', async () => {
    const { status, headers, body } = await agency('POST', '/Property', villa, {
      Prefer: 'return=representation',
    })
    expect(body).toMatchObject(villa)
    expect(status).toBe(201)
    expect(body.ListingKey).toMatch(/^MANUAL_/)
    expect(body.StandardStatus).toBe('Incomplete')
    expect(headers.get('Location')).toMatch(/^https?:.*\/odata\/Property\('MANUAL_[0-9a-f-]+'\)$/)
    expect(headers.get('EntityId')).toBe(body.ListingKey)
    expect(headers.get('OData-EntityId')).toBe(headers.get('Location'))
    expect(headers.get('Preference-Applied')).toBe('return=representation')
    expect(headers.get('OData-Version')).toBe('4.01')
    expect(headers.get('ETag')).toBe(body['@odata.etag'])
    expect(body['@odata.editLink']).toBe(headers.get('Location'))
    const read = await agency('GET', `/Property('${body.ListingKey}')`)
    expect(read.status).toBe(200)
    expect(read.body).toEqual(body)
    expect(read.headers.get('ETag')).toBe(headers.get('ETag'))
  })
  test('the workflow has made it: a draft with a number, its checklist, and the client as its author', async () => {
    const { body } = await agency('POST', '/Property', villa)
    const { rows: [row] } = await hub.pool.query(
      `select l.status, l.ref, l.originating_office_key, l.origin_system, l.claimed_at is not null as claimed, l.currency_code,
         (select count(*) > 0 from public.mls_listing_checklist_items i where i.listing_id = l.id) as checklist,
         array(select t.actor from mls.timeline(l.id, 'market') t where t.kind in ('status', 'claimed')) as actors,
         (select b.broker_name from public.broker_board b where b.id = l.id) as broker
       from public.mls_listings l where 'MANUAL_' || l.id = $1`,
      [body.ListingKey],
    )
    expect(row).toEqual({
      status: 'DRAFT',
      ref: body.ListingId,
      originating_office_key: office,
      origin_system: 'MANUAL',
      claimed: true,
      currency_code: 'EUR',
      checklist: true,
      actors: ['client:agency', 'client:agency'],
      broker: 'agency',
    })
  })

  test('minimal: the headers alone', async () => {
    const { status, headers, body } = await agency('POST', '/Property', villa, { Prefer: 'return=minimal' })
    expect([status, body]).toEqual([204, undefined])
    expect(headers.get('Preference-Applied')).toBe('return=minimal')
    expect(headers.get('EntityId')).toMatch(/^MANUAL_/)
    const read = await agency('GET', `/Property('${headers.get('EntityId')}')?$select=City,ListPrice`)
    expect(read.body).toMatchObject({ City: 'Лимассол', ListPrice: 123456.5 })
    expect(read.body).not.toHaveProperty('PublicRemarks')
    expect(read.headers.get('ETag')).toBe(headers.get('ETag'))
  })

  test('profile dd2: standard names, arrays and standard values, in any spelling that is known', async () => {
    const sent = {
      PropertyType: 'Residential Lease',
      PropertySubType: 'Apartment',
      LeaseAmount: 1200,
      InteriorFeatures: ['Bar', 'Sauna'],
      View: [],
      UnitNumber: '12Б',
      InternetAddressDisplayYN: false,
      LivingAreaUnits: 'Square Meters',
    }
    const { status, body } = await standard('POST', '/Property', sent)
    expect(body).toMatchObject({ ...sent, LeasePrice: 1200, X_UnitNumber: '12Б' })
    expect(status).toBe(201)
    const spelt = await standard('POST', '/Property', {
      PropertyType: 'ResidentialLease',
      View: ['WATER'],
    })
    expect(spelt.body).toMatchObject({ PropertyType: 'Residential Lease', View: ['Water'] })
  })

  test('a listing agent who signs in becomes its broker', async () => {
    await hub.pool.query(
      `insert into public.mls_members (tenant_id, origin_member_key, full_name, user_id, originating_office_key)
       select o.tenant_id, 'QOBRIX_AGENT_E', 'Ελένη', 'e0000000-0000-4000-8000-000000000001', o.office_key
       from public.mls_offices o where o.office_key = $1`,
      [office],
    )
    const { body } = await agency('POST', '/Property', { ListAgentKey: 'QOBRIX_AGENT_E', City: 'Paphos' })
    const { rows } = await hub.pool.query(
      `select b.broker_name from public.broker_board b where 'MANUAL_' || b.id = $1`,
      [body.ListingKey],
    )
    expect(rows).toEqual([{ broker_name: 'Ελένη' }])
  })
})

describe('what cannot be taken: all of it is told, by fields, and nothing is stored', () => {
  const count = async () =>
    (await hub.pool.query('select count(*)::int from public.mls_listings')).rows[0].count
  test.each<[string, unknown, string[][]]>([
    ['an unknown field', { Citty: 'x' }, [['unknown_field', 'Citty']]],
    ['a sensitive field without its grant', { PrivateRemarks: 'x' }, [['unknown_field', 'PrivateRemarks']]],
    ['a text for a number', { BedroomsTotal: '3' }, [['invalid_value', 'BedroomsTotal']]],
    ['a fraction for a whole number', { BedroomsTotal: 2.5 }, [['invalid_value', 'BedroomsTotal']]],
    ['a number for a text', { City: 7 }, [['invalid_value', 'City']]],
    ['an array for a text', { City: ['x'] }, [['invalid_value', 'City']]],
    ['an object', { City: { a: 1 } }, [['invalid_value', 'City']]],
    ['a text for a boolean', { NewConstructionYN: 'true' }, [['invalid_value', 'NewConstructionYN']]],
    ['no day of the calendar', { ListingContractDate: '2026-02-30' }, [[
      'invalid_value',
      'ListingContractDate',
    ]]],
    ['more than the column holds', { BedroomsTotal: 3e9 }, [['out_of_range', 'BedroomsTotal']]],
    ['beyond the pole', { Latitude: 91, Longitude: 0 }, [['out_of_range', 'Latitude']]],
    ['half a place', { Latitude: 34 }, [['missing', 'Longitude']]],
    ['nowhere', { Latitude: 0, Longitude: 0 }, [['out_of_range', 'Latitude']]],
    ['a negative price', { ListPrice: -123456 }, [['out_of_range', 'ListPrice']]],
    ['a price of nothing', { ListPrice: 0 }, [['out_of_range', 'ListPrice']]],
    ['a text that is too long', { BuilderName: 'я'.repeat(51) }, [['too_long', 'BuilderName']]],
    ['NUL', { City: 'a\u0000b' }, [['invalid_value', 'City']]],
    ['half a character', '{"City":"\\ud800"}', [['invalid_value', 'City']]],
    ['no value of the lookup', { PropertySubType: 'Castel' }, [['unknown_value', 'PropertySubType']]],
    ['one such value among others', { View: 'Ocean,Nothingness' }, [['unknown_value', 'View']]],
    ['its key', { ListingKey: 'QOBRIX_E1', City: 'x' }, [['read_only', 'ListingKey']]],
    ['a status', { StandardStatus: 'Active' }, [['read_only', 'StandardStatus']]],
    ['what the hub keeps', { PhotosCount: 3 }, [['read_only', 'PhotosCount']]],
    ['a text that is no yes or no', { X_SeaView: 'perhaps' }, [['invalid_value', 'X_SeaView']]],
    ['one value under two names', { LeaseAmount: 5, LeasePrice: 6 }, [['invalid_value', 'LeasePrice']]],
    ['another office', { OriginatingSystemOfficeKey: 'SHARPSIR-HU-001', City: 'x' }, [[
      'unknown_value',
      'OriginatingSystemOfficeKey',
    ]]],
    ['a file of it without address', { City: 'x', Media: [{ Order: 0 }] }, [['missing', 'Media/0/MediaURL']]],
    ['several', { City: 7, ListPrice: -1, Nix: 1 }, [
      ['invalid_value', 'City'],
      ['out_of_range', 'ListPrice'],
      [
        'unknown_field',
        'Nix',
      ],
    ]],
  ])('%s', async (_, sent, wanted) => {
    const before = await count()
    const { status, body, headers } = await agency('POST', '/Property', sent, {
      Prefer: 'return=representation',
    })
    expect(body.error).toMatchObject({
      code: 'invalid_record',
      message: expect.any(String),
      target: 'Property',
    })
    const details = body.error.details as { code: string; target: string; message: string }[]
    expect(details.map(({ code, target }) => [code, target]).sort()).toEqual(wanted.sort())
    expect(details.every(({ message }) => message.length > 10)).toBe(true)
    expect(status).toBe(400)
    expect(headers.get('OData-Version')).toBe('4.01')
    expect(await count()).toBe(before)
  })

  test.each<[string, unknown, Record<string, string>, number, string]>([
    ['nothing', {}, {}, 400, 'invalid_body'],
    ['no JSON', '{', {}, 400, 'invalid_body'],
    ['a list', [villa], {}, 400, 'invalid_parameter'],
    ['null', 'null', {}, 400, 'invalid_parameter'],
    ['another media type', villa, { 'Content-Type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['another answer than JSON', villa, { Accept: 'application/xml' }, 406, 'not_acceptable'],
    ['more than a megabyte', { PublicRemarks: 'x'.repeat(1_000_001) }, {}, 413, 'payload_too_large'],
    ['a key with a blank', villa, { 'Idempotency-Key': 'a b' }, 400, 'invalid_parameter'],
  ])('a body that is %s', async (_, sent, headers, status, code) => {
    const answer = await agency('POST', '/Property', sent, headers)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  test('options of queries', async () => {
    const { status, body } = await agency('POST', '/Property?$select=City', villa)
    expect([status, body.error.target]).toEqual([400, '$select'])
  })
})

describe('retries', () => {
  test('the same request again is the same listing; another one under its key is refused', async () => {
    const headers = { 'Idempotency-Key': 'first-house' }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => agency('POST', '/Property', villa, headers)),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.ListingKey)).size).toBe(1)
    const other = await agency('POST', '/Property', { ...villa, City: 'Paphos' }, headers)
    expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_mismatch'])
    const refused = await agency('POST', '/Property', { City: 7 }, { 'Idempotency-Key': 'second-house' })
    const mended = await agency('POST', '/Property', { City: '7' }, { 'Idempotency-Key': 'second-house' })
    expect([refused.status, mended.status]).toEqual([400, 201])
    const theirs = await standard('POST', '/Property', { City: 'x' }, headers)
    expect(theirs.body.ListingKey).not.toBe(answers[0]!.body.ListingKey)
  })
})
