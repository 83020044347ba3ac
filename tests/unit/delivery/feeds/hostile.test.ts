import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CannotShow, type FeedFormat } from '../../../../functions/_shared/delivery/feeds/format.ts'
import { homesOverseas } from '../../../../functions/_shared/delivery/feeds/homesoverseas/format.ts'
import { kyero } from '../../../../functions/_shared/delivery/feeds/kyero/format.ts'
import { trovit } from '../../../../functions/_shared/delivery/feeds/trovit/format.ts'
import { yandexRealty } from '../../../../functions/_shared/delivery/feeds/yandex-realty/format.ts'
import type { Job } from '../../../../functions/_shared/delivery/job.ts'
import type { JsonObject } from '../../../../functions/_shared/delivery/json.ts'
import { jobOf } from '../../../support/delivery-job.ts'
import { schemaFaults } from '../../../support/homesoverseas-schema.ts'
import { kyeroFaults } from '../../../support/kyero-schema.ts'
import { trovitFaults } from '../../../support/trovit-schema.ts'
import { yandexFaults } from '../../../support/yandex-realty-schema.ts'

/** Whatever a listing holds, each format makes of it an object that its schema accepts, or says why it cannot. */
const formats: [string, FeedFormat, (xml: string) => string[]][] = [
  ['HomesOverseas', homesOverseas, schemaFaults],
  ['Kyero', kyero, kyeroFaults],
  ['Trovit', trovit, trovitFaults],
  ['Yandex.Realty', yandexRealty, yandexFaults],
]

const texts = fc.oneof(
  fc.constantFrom(
    ']]>',
    '<![CDATA[',
    '<b>& "\'</b>',
    '\u0000\u0008\u001f',
    '\ud800',
    '😀'.repeat(50),
    'Вилла «у моря»',
    'Βίλα δίπλα στη θάλασσα',
    'Tengerparti őrház',
    '  \r\n\t ',
    '&#0;&amp;lt;',
    '<!-- -->',
    'No A/C, none, Garage',
    'null',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
/** What a format needs: seldom missing, so that most listings are shown. */
const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 20 })
const price = fc.integer({ min: 1, max: 1_000_000_000 }).map((cents) => cents / 100)
const number = fc.oneof(
  fc.constantFrom(0, -1, 0.4, 0.5, 1e9, 1e15),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e9 }).map((value) =>
    Math.round(value * 100) / 100
  ),
)
const columns: fc.Arbitrary<JsonObject> = fc.record({
  ref: maybe(texts),
  city: maybe(texts),
  state: maybe(texts),
  district: maybe(texts),
  neighborhood: maybe(texts),
  street: maybe(texts),
  country: maybe(fc.oneof(fc.constantFrom('CY', 'Cyprus', 'xx', 'ZZ', 'HU'), texts)),
  property_type: maybe(
    fc.constantFrom('Residential', 'ResidentialLease', 'Land', 'CommercialSale', 'CommercialLease', 'x'),
  ),
  property_class: maybe(fc.constantFrom('RESI', 'RLSE', 'COMS', 'COML', 'LAND')),
  property_subtype: maybe(
    fc.oneof(fc.constantFrom('penthouse', 'plot', 'shop', 'studio', 'Parking', 'Villa'), texts),
  ),
  list_price: often(fc.oneof({ weight: 4, arbitrary: price }, number)),
  lease_amount: often(fc.oneof({ weight: 4, arbitrary: price }, number)),
  lease_amount_frequency: maybe(
    fc.oneof(fc.constantFrom('Daily', 'Weekly', 'Monthly', 'Quarterly', 'Annually'), texts),
  ),
  currency_code: often(fc.constantFrom('EUR', 'KZT', 'EUR', 'HUF', 'USD')),
  is_price_upon_request: fc.constantFrom(null, false, false, true),
  hide_address_online: maybe(fc.boolean()),
  is_new_construction: maybe(fc.boolean()),
  name: maybe(texts),
  post_code: maybe(texts),
  furnished: maybe(fc.oneof(fc.constantFrom('Furnished', 'Unfurnished', 'Partially', 'Negotiable'), texts)),
  virtual_tour_link: maybe(fc.oneof(fc.webUrl(), texts)),
  public_remarks: maybe(texts),
  short_description: maybe(texts),
  amenities: maybe(texts),
  view: maybe(texts),
  energy_efficiency_grade: maybe(texts),
  listing_url: maybe(fc.oneof(fc.webUrl(), texts)),
  video_link: maybe(texts),
  latitude: maybe(fc.double({ noNaN: true, min: -90, max: 90 }).map((value) => Number(value.toFixed(6)))),
  longitude: maybe(fc.double({ noNaN: true, min: -180, max: 180 }).map((value) => Number(value.toFixed(6)))),
  bedrooms: maybe(fc.nat(40)),
  bathrooms: maybe(fc.nat(40)),
  rooms_total: maybe(fc.nat(90)),
  living_area: often(fc.oneof({ weight: 4, arbitrary: price }, number)),
  lot_size: often(fc.oneof({ weight: 4, arbitrary: price }, number)),
  year_built: maybe(fc.integer({ min: -1, max: 3000 })),
  floor_number: maybe(fc.integer({ min: -3, max: 200 })),
  stories_total: maybe(fc.nat(200)),
})
const jobs: fc.Arbitrary<Job> = fc.record({
  columns,
  key: texts.map((text) => `K${text}`),
  photos: fc.constantFrom(0, 1, 15, 60),
  remarks: fc.array(
    fc.record({
      language: fc.constantFrom('ru', 'el', 'en', 'de'),
      type: fc.constantFrom('TITLE', 'SHORT', 'PUBLIC'),
      text: texts,
    }),
    {
      maxLength: 4,
    },
  ),
  agent: texts,
  page: fc.constantFrom(undefined, 'https://example.com/{language}/{ref}?a=1&b={listing_key}'),
}).map(({ columns, key, photos, remarks, agent, page }) =>
  jobOf(columns, {
    key,
    remarks,
    media: Array.from({ length: photos }, (_, index) => ({ url: `https://p.example/${index}?a=1&b="<x>` })),
    contact: {
      agent: { name: agent, phone: agent, email: null },
      office: { name: 'Office', phone: '+357 26 000000', email: 'a@b.example' },
    },
    config: { country_region_id: 73, ...page ? { page_url: page } : {} },
  })
)
const regions = { city: new Map(), district: new Map(), country: new Map() }

test.each(formats)('%s', (_, format, faultsIn) => {
  let shown = 0
  fc.assert(
    fc.property(jobs, (job) => {
      try {
        const { body } = format.render(job, regions)
        shown++
        expect(faultsIn(format.head('2026-11-21T00:00:00.000Z') + body + format.tail)).toEqual([])
        expect(format.render(job, regions).body).toBe(body)
      } catch (error) {
        if (!(error instanceof CannotShow)) throw error
      }
    }),
    { numRuns: 250, seed: 20_261_121 },
  )
  expect(shown).toBeGreaterThan(80)
})
