import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateBrokerage, generateDeliveries } from '../../../scripts/seed/brokerage.ts'
import { type GoldRecord, type Resource, RESOURCES } from '../../../scripts/seed/gold.ts'
import { DANGLING_LISTING } from '../../../scripts/seed/oddities.ts'

const brokerage = generateBrokerage()
const officeOf = (record: GoldRecord) => `${record.OriginatingSystemOfficeKey}`
const keysOf = (records: GoldRecord[], field: string) =>
  records.map((record) => record[field]).filter(isFilled)
const of = (office: string, records: GoldRecord[]) => records.filter((record) => officeOf(record) === office)

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && !['', 'nan', 'None'].includes(`${value}`)
}

function tally(values: unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[`${value}`] = (counts[`${value}`] ?? 0) + 1
  return counts
}

describe('the demo brokerage', () => {
  it('is the same on every run and machine', async () => {
    const text = JSON.stringify(brokerage)
    expect(JSON.stringify(generateBrokerage())).toBe(text)
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    // Changes with every change of the generator: look at what moved, then take the new value over.
    expect(hex).toMatchInlineSnapshot(`"c1b889628c548c3ea2629e93fa473a1cf3a5f08b46c9d2c27af0d2aebb1b8aed"`)
  })

  it('has the size it promises', () => {
    const sizes = RESOURCES.map((resource) => [resource, brokerage[resource].length])
    expect(Object.fromEntries(sizes)).toMatchInlineSnapshot(`
      {
        "contacts": 202,
        "media": 4526,
        "member": 30,
        "office": 8,
        "property": 603,
        "showing_appointment": 61,
      }
    `)
  })

  it('covers three markets in their proportions', () => {
    expect(tally(brokerage.property.map((record) => officeOf(record)))).toMatchInlineSnapshot(`
      {
        "SHARPSIR-CY-001": 402,
        "SHARPSIR-HU-001": 100,
        "SHARPSIR-KZ-001": 99,
        "SHARPSIR-XX-999": 2,
      }
    `)
  })

  it('names in one market an office that is served, in the others the brokerage, which is none', () => {
    expect(tally(brokerage.property.map((record) => `${record.ListOfficeKey}`))).toMatchInlineSnapshot(`
      {
        "SHARPSIR-HQ-001": 503,
        "SHARPSIR-HU-001": 100,
      }
    `)
  })

  it('delivers nothing from one office under the name of another', () => {
    const known = ['SHARPSIR-CY-001', 'SHARPSIR-HU-001', 'SHARPSIR-KZ-001']
    for (const { officeKey, records } of generateDeliveries()) {
      for (const record of RESOURCES.flatMap((resource) => records[resource])) {
        if (known.includes(officeOf(record))) expect(officeOf(record)).toBe(officeKey)
      }
    }
  })
})

describe('gold fields', () => {
  const fields = readFileSync(new URL('gold-fields.csv', import.meta.url), 'utf8')
    .trim().split('\n').slice(1).map((line) => line.split(',') as [string, string])
  const fieldsOf = (name: string) =>
    fields.filter(([resource]) => resource === name).map(([, field]) => field)

  const NAMES: [string, Resource][] = [
    ['Property', 'property'],
    ['Media', 'media'],
    ['Contacts', 'contacts'],
    ['Member', 'member'],
    ['Office', 'office'],
    ['ShowingAppointment', 'showing_appointment'],
  ]

  it.each(NAMES)('%s: each occurs with a value at least once', (name, resource) => {
    const filled = new Set<string>()
    for (const record of brokerage[resource]) {
      for (const [field, value] of Object.entries(record)) if (isFilled(value)) filled.add(field)
    }
    expect(fieldsOf(name).filter((field) => !filled.has(field))).toEqual([])
  })

  it.each(NAMES)('%s: a row of Qobrix has every one, whatever it holds', (name, resource) => {
    const whole = fieldsOf(name)
    for (const record of of('SHARPSIR-CY-001', brokerage[resource])) {
      expect(whole.filter((field) => !(field in record))).toEqual([])
    }
  })

  it('knows no other fields than gold, but for the columns that appear upstream', () => {
    const known = new Set(fields.map(([, field]) => field))
    const others = RESOURCES.flatMap((resource) => brokerage[resource].flatMap(Object.keys))
    expect(new Set(others.filter((field) => !known.has(field)))).toEqual(
      new Set(['custom_property_view', 'custom_floors', 'X_QobrixSellerId']),
    )
  })
})

describe('listings', () => {
  const { property } = brokerage

  it('have keys of their own, but for the listing that is in two Hungarian files', () => {
    const repeated = Object.entries(tally(keysOf(property, 'ListingKey'))).filter(([, count]) => count > 1)
    expect(repeated).toEqual([[expect.stringMatching(/^DASH_/), 2]])
  })

  it('have keys that tell their source', () => {
    for (const record of of('SHARPSIR-CY-001', property).filter((record) => isFilled(record.ListingKey))) {
      expect(record.ListingKey).toMatch(/^QOBRIX_[0-9a-f-]{36}(_LEASE)?$/)
      expect(record.ListingId).toMatch(/^CY\d{4}(_LEASE)?$/)
    }
    for (const record of of('SHARPSIR-HU-001', property)) expect(record.X_QobrixSource).toBe('DASH_FILE')
    for (const record of of('SHARPSIR-KZ-001', property)) expect(record.X_QobrixSource).toBe('DASH_API')
  })

  it('have a sale row for each lease sibling, which differs as gold has it', () => {
    const byKey = new Map(property.map((record) => [record.ListingKey, record]))
    const siblings = property.filter((record) => `${record.ListingKey}`.endsWith('_LEASE'))
    expect(siblings.length).toBeGreaterThanOrEqual(20)
    for (const sibling of siblings) {
      const sale = byKey.get(`${sibling.ListingKey}`.replace('_LEASE', ''))!
      expect(sale.LeaseConsideredYN).toSatisfy((value) => /^true$/i.test(`${value}`))
      expect(sibling).toMatchObject({
        PropertyType: expect.stringMatching(/Lease$/),
        PropertyClass: sale.PropertyClass,
        X_QobrixRef: sale.X_QobrixRef,
        ListPrice: null,
      })
      expect(Number(sibling.LeaseAmount)).toBeGreaterThan(0)
    }
  })

  it('come in all five types in Cyprus and in all statuses', () => {
    const cyprus = of('SHARPSIR-CY-001', property)
    expect(Object.keys(tally(keysOf(cyprus, 'PropertyType'))).sort()).toEqual([
      'CommercialLease',
      'CommercialSale',
      'Land',
      'Residential',
      'ResidentialLease',
    ])
    const statuses = tally(cyprus.map((record) => record.StandardStatus))
    expect(statuses.Active! / cyprus.length).toBeGreaterThan(0.6)
    for (const status of ['Pending', 'Closed', 'Withdrawn']) expect(statuses[status]).toBeGreaterThan(15)
  })

  it('hold text of five scripts and traditions', () => {
    const text = property.map((record) => `${record.PublicRemarks} ${record.X_PropertyName}`).join('\n')
    for (const sign of ['ψ', 'ы', 'ң', 'ő', '🏖️', "'", '"', '%', '_', ']]>', '&nbsp;']) {
      expect(text).toContain(sign)
    }
  })

  it('keep in part to the 130 to 190 words of the agency guide', () => {
    const words = property.map((record) => `${record.PublicRemarks}`.split(/\s+/).length)
    const fitting = words.filter((count) => count >= 130 && count <= 190)
    expect(fitting.length / property.length).toBeGreaterThan(0.4)
    expect(fitting.length / property.length).toBeLessThan(0.8)
  })

  it('suffice for publishing in Cyprus', () => {
    const photographed = new Set(
      brokerage.media
        .filter((media) => media.MediaCategory === 'Photo' && media.X_QobrixMediaCategory === 'photos')
        .map((media) => media.ResourceRecordKey),
    )
    const ready = of('SHARPSIR-CY-001', property).filter((record) =>
      record.StandardStatus === 'Active' &&
      Number(record.ListPrice) > 0 &&
      ['City', 'Country', 'PropertyType', 'PublicRemarks'].every((field) => isFilled(record[field])) &&
      !/^true$/i.test(`${record.X_ExcludedProperty}`) &&
      photographed.has(record.ListingKey!)
    )
    expect(ready.length).toBeGreaterThan(150)
  })
})

describe('references', () => {
  const listingKeys = new Set(keysOf(brokerage.property, 'ListingKey'))
  const contactKeys = new Set(keysOf(brokerage.contacts, 'ContactKey'))
  const memberKeys = new Set(keysOf(brokerage.member, 'MemberKey'))

  it('lead from every file to its listing, never to a lease sibling', () => {
    for (const key of keysOf(brokerage.media, 'ResourceRecordKey')) {
      expect(listingKeys.has(key!)).toBe(true)
      expect(key).not.toMatch(/_LEASE$/)
    }
  })

  it('lead from every viewing but one to its listing', () => {
    const dangling = keysOf(brokerage.showing_appointment, 'ListingKey').filter((key) =>
      !listingKeys.has(key!)
    )
    expect(dangling).toEqual([DANGLING_LISTING])
  })

  it('lead to sellers, developers and agents in Cyprus, and to nobody from Dash', () => {
    for (const record of brokerage.property) {
      if (isFilled(record.X_SellerContactKey)) expect(contactKeys.has(record.X_SellerContactKey!)).toBe(true)
      if (isFilled(record.X_DeveloperContactKey)) {
        expect(contactKeys.has(record.X_DeveloperContactKey!)).toBe(true)
      }
      const agent = `${record.ListAgentKey ?? ''}`
      if (agent !== '') expect(memberKeys.has(agent)).toBe(agent.startsWith('QOBRIX_'))
    }
  })

  it.each([
    ['contacts', 'ContactKey'],
    ['member', 'MemberKey'],
    ['office', 'OfficeKey'],
    ['showing_appointment', 'ShowingAppointmentKey'],
  ] as [Resource, string][])('are unambiguous: %s', (resource, field) => {
    const keys = keysOf(brokerage[resource], field)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('invented people', () => {
  it('have addresses and numbers that belong to nobody', () => {
    const text = JSON.stringify(brokerage)
    const mails = text.match(/[\w.-]+@[\w.-]+/g)!
    expect(mails.filter((mail) => !/@example\.(com|org)$/.test(mail))).toEqual([])
    const phones = [
      ...keysOf(brokerage.contacts, 'ContactPhone'),
      ...keysOf(brokerage.member, 'MemberPreferredPhone'),
    ]
    expect(phones.filter((phone) => !/^(\+44 1632 960|\+44 20 7946 0|00441632960)\d{3}$/.test(`${phone}`)))
      .toEqual([])
    const hosts = new Set([...text.matchAll(/https?:\/\/([^/"?]+)/g)].map((match) => match[1]!))
    const others = [...hosts].filter((host) => !/(^|\.)example\.(com|org)$/.test(host))
    expect(others.sort()).toEqual(['www.youtube.com', 'youtu.be'])
  })
})
