import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Regions } from '../../../../functions/_shared/delivery/feeds/format.ts'
import { homesOverseas } from '../../../../functions/_shared/delivery/feeds/homesoverseas/format.ts'
import type { JsonObject } from '../../../../functions/_shared/delivery/json.ts'
import { jobOf, type JobParts } from '../../../support/delivery-job.ts'
import { parseFeed, schemaFaults } from '../../../support/homesoverseas-schema.ts'

const regions: Regions = { city: new Map(), district: new Map(), country: new Map() }
const seed = readFileSync('seed/04_homesoverseas_regions.sql', 'utf8')
for (const [, level, name, id] of seed.matchAll(/'homesoverseas-v4', '(\w+)', '((?:[^']|'')+)', (\d+)/g)) {
  regions[level as keyof Regions].set(name!.replaceAll("''", "'"), Number(id))
}

function render(columns: JsonObject = {}, parts: JobParts = {}) {
  const { body, findings, rank } = homesOverseas.render(
    jobOf({ living_area: null, ...columns }, parts),
    regions,
  )
  const xml = homesOverseas.head('2026-11-21T00:00:00.000Z') + body + homesOverseas.tail
  expect(schemaFaults(xml)).toEqual([])
  // deno-lint-ignore no-explicit-any
  return { object: parseFeed(xml)[0] as any, findings, rank, body }
}

test('the whole object, in the order of the format', () => {
  const { object } = render({
    bedrooms: 4,
    living_area: 210.4,
    lot_size: 900,
    year_built: 1999,
    floor_number: 0,
    stories_total: 2,
    distance_from_airport: 12.34,
    distance_from_beach: 0.5,
    latitude: 34.7,
    longitude: 32.4,
    sea_view: true,
    video_link: 'https://youtu.be/abcdefghijk',
    short_description: 'Short',
    development_status: 'Under Construction',
  }, { media: [{}, {}] })
  expect(object).toMatchObject({
    objectid: '7',
    ref: 'CY1',
    type: 'sale',
    market: 'primary',
    price: { sale: '500000' },
    currency: 'eur',
    region: '77',
    realty_type: '17',
    bedrooms: '4',
    size_house: '210',
    size_land: '900',
    year: '1999',
    level: '0',
    levels: '2',
    distance_aero: '12.3',
    distance_sea: '0.500',
    lat: '34.7',
    lng: '32.4',
    exact_coords: 'Y',
    ytid: 'abcdefghijk',
    developer: 'Y',
    options: { option: ['6'] },
    photos: { photo: ['https://p.example/0.jpg', 'https://p.example/1.jpg'] },
  })
})

describe('realty_type comes from the closed list', () => {
  test.each([
    [{ property_subtype: 'penthouse' }, '16'],
    [{ property_subtype: 'studio' }, '16'],
    [{ property_subtype: 'Bungalow' }, '17'],
    [{ property_subtype: 'maisonette_house' }, '18'],
    [{ property_subtype: 'plot' }, '15'],
    [{ property_subtype: 'office_building' }, '23'],
    [{ property_subtype: 'shop' }, '22'],
    [{ property_subtype: null, extensions: { X_HotelType: 'resort' } }, '20'],
    [{ property_subtype: null, extensions: { X_IndustrialType: 'plant' } }, '25'],
    [{ property_subtype: null, extensions: { X_RetailType: 'kiosk' } }, '22'],
    [{ property_subtype: 'restaurant' }, '21'],
    [{ property_subtype: 'warehouse' }, '24'],
    [{ property_subtype: 'industrial_building' }, '25'],
    [{ property_subtype: 'commercial_building' }, '14'],
    [{ property_subtype: 'SingleFamilyDetached' }, '17'],
    [{ property_subtype: 'Townhouse' }, '18'],
    [{ property_subtype: 'Parking' }, '26'],
    [{ property_subtype: null, property_type: 'Land' }, '15'],
    [{ property_subtype: null, property_type: 'Residential' }, '16'],
    [{ property_subtype: null, property_type: 'CommercialSale' }, '14'],
  ])('%j is %s', (columns, expected) => expect(render(columns).object.realty_type).toBe(expected))

  test('a type that nobody knows is 26 and is reported', () => {
    const { object, findings } = render({ property_subtype: 'igloo', property_type: 'Ice' })
    expect(object.realty_type).toBe('26')
    expect(findings).toContain('type_other:igloo')
  })
})

describe('price and kind of deal', () => {
  const rent = {
    property_type: 'ResidentialLease',
    property_class: 'RLSE',
    list_price: null,
    lease_amount: 3000,
  }
  test.each([
    ['Daily', { day: '3000' }],
    ['Weekly', { week: '3000' }],
    ['Monthly', { month: '3000' }],
    ['Annually', { year: '3000' }],
    ['Yearly', { year: '3000' }],
    ['', { month: '3000' }],
    ['whenever', { month: '3000' }],
    ['Quarterly', { month: '1000' }],
  ])(
    'rent %s',
    (frequency, price) =>
      expect(render({ ...rent, lease_amount_frequency: frequency }).object).toMatchObject({
        type: 'rent',
        price,
      }),
  )
  test('without a price: on request', () => {
    expect(render({ list_price: 0 }).object.price).toEqual({ sale: '0' })
    expect(render({ ...rent, lease_amount: null }).object.price).toEqual({ month: '0' })
  })
  test('told on request, whatever it is', () => {
    expect(render({ is_price_upon_request: true }).object.price).toEqual({ sale: '0' })
    expect(render({ ...rent, is_price_upon_request: true }).object.price).toEqual({ month: '0' })
  })
  test('a lease sibling keeps the class of its sale row and is rent all the same', () => {
    expect(
      render({
        property_class: 'RESI',
        property_type: 'ResidentialLease',
        list_price: null,
        lease_amount: 900,
      }, { key: 'QOBRIX_1_LEASE' }).object,
    )
      .toMatchObject({ type: 'rent', price: { month: '900' } })
  })
  test('land for rent is rent', () => {
    const land = { property_type: 'Land', property_class: 'LAND', property_subtype: 'plot' }
    expect(jobRender({ ...land, lease_amount: 100 })).toMatchObject({ type: 'rent', price: { month: '100' } })
  })
  test('another currency is never passed off as euros', () => {
    const { object, findings } = render({ currency_code: 'USD' })
    expect(object.price).toEqual({ sale: '0' })
    expect(findings).toContain('currency_not_eur:USD')
  })
  function jobRender(columns: JsonObject) {
    const job = jobOf(columns)
    delete job.listing.columns.list_price
    const { body } = homesOverseas.render(job, regions)
    return parseFeed(homesOverseas.head('2026-11-21T00:00:00Z') + body + homesOverseas.tail)[0]
  }
})

describe('texts', () => {
  test('ru falls back to the English text, and comes first where it is real', () => {
    const fallback = render()
    expect(fallback.object.title).toEqual({ ru: 'Villa', en: 'Villa' })
    expect(fallback.rank).toBe(1)
    const real = render({}, {
      remarks: [{ language: 'ru', type: 'TITLE', text: 'Вилла' }, {
        language: 'ru',
        type: 'PUBLIC',
        text: 'Описание',
      }],
    })
    expect(real.object).toMatchObject({
      title: { ru: 'Вилла', en: 'Villa' },
      description: { ru: 'Описание', en: 'A villa.' },
      annotation: { ru: 'Описание', en: 'A villa.' },
    })
    expect(real.rank).toBe(0)
  })
  test('without name and remarks the title says what and where', () => {
    expect(render({ name: null, public_remarks: null }).object.title).toEqual({
      ru: 'mansion villa in Paphos',
      en: 'mansion villa in Paphos',
    })
  })
  test('limits count characters, line breaks become blanks or <br/>', () => {
    const { object } = render({
      name: '😀'.repeat(80),
      short_description: 'x\r\ny'.repeat(60),
      public_remarks: 'one\r\ntwo\nthree',
    })
    expect([...object.title.en]).toHaveLength(60)
    expect([...object.annotation.en].length).toBeLessThanOrEqual(150)
    expect(object.description.en).toBe('one<br/>two<br/>three')
  })
  test('markup, CDATA end marks and control characters do not break the file', () => {
    const { object } = render({
      name: 'A & B <b>"c"</b>\u0000\u0008',
      public_remarks: 'x ]]> y & <i>z</i>\u001f\ud800',
    })
    expect(object.description.en).toBe('x ]]> y & <i>z</i>')
    expect(object.title.en).toBe('A & B <b>"c"</b>')
  })
  test('references stay different when they are cut', () => {
    const [a, b] = ['1', '2'].map((end) => render({ ref: 'R'.repeat(70) + end }).object.ref)
    expect(a).not.toBe(b)
    expect(a).toHaveLength(60)
  })
})

describe('place', () => {
  test.each([
    [{ city: ' PAPHOS ' }, '77'],
    [{ city: 'Limassol Marina' }, '400'],
    [{ city: 'Nowhere', state: 'Limassol' }, '76'],
    [{ city: 'Kamares', state: 'Larnaca' }, '75'],
    [{ city: 'Kamares', state: 'Paphos' }, '77'],
    [{ city: 'Nowhere' }, '73'],
  ])('%j is %s', (columns, region) => expect(render(columns).object.region).toBe(region))
  test('an address that is hidden has no point', () => {
    const { object } = render({ latitude: 34.7, longitude: 32.4, hide_address_online: true })
    expect([object.lat, object.lng, object.exact_coords]).toEqual([undefined, undefined, undefined])
  })
  test('unknown towns are reported', () =>
    expect(render({ city: 'Nowhere' }).findings).toContain('town_unmapped:Nowhere'))
})

describe('options', () => {
  const ids = (columns: JsonObject) => (render(columns).object.options?.option ?? []).map(Number)
  test('uncovered parking is no covered parking', () => {
    expect(ids({ extensions: { ParkingFeatures: 'Uncovered' } })).toEqual([23])
    expect(ids({ extensions: { ParkingFeatures: 'Covered' } })).toEqual([33])
    expect(ids({ parking_covered: 1 })).toEqual([33])
    expect(ids({ parking_uncovered: 2 })).toEqual([23])
  })
  test('labels that deny do not count', () => {
    expect(
      ids({
        cooling_features: 'No A/C',
        garage_features: 'No Garage',
        heating_features: 'No Heat',
        fireplace_features: 'None',
      }),
    ).toEqual([])
    expect(ids({ cooling_features: 'Central A/C', heating_features: 'Radiator', pool_features: 'Inground' }))
      .toEqual([17, 18, 19])
  })
  test('the others', () => {
    expect(
      ids({
        beach_front: true,
        sea_view: true,
        mountain_view: true,
        has_fireplace: true,
        x_sm_smart_home: true,
        store_room: true,
        patio_porch_features: 'Patio',
        x_sm_elevator: true,
      }),
    )
      .toEqual([5, 6, 7, 12, 15, 34, 35, 49])
  })
})

describe('photos', () => {
  test('at most fifteen, in order', () =>
    expect(render({}, { media: Array(20).fill({}) }).object.photos.photo).toHaveLength(15))
  test('no floor plans, scans or tours', () => {
    const media = [
      { source_category: 'documents' },
      { source_category: 'floorplans' },
      { category: 'floorplan' as const },
      { category: 'tour' as const },
      {},
    ]
    expect(render({}, { media }).object.photos.photo).toEqual(['https://p.example/4.jpg'])
  })
})

test.each([[1499, undefined], [1500, '1500'], [2099, '2099'], [2100, undefined]])(
  'year %s',
  (year, shown) => expect(render({ year_built: year }).object.year).toBe(shown),
)
test.each([
  ['https://www.youtube.com/watch?v=abcdefghijk&t=1', 'abcdefghijk'],
  ['https://youtube.com/embed/abcdefghijk', 'abcdefghijk'],
  ['https://vimeo.com/1', undefined],
  ['https://youtu.be/short', undefined],
])('video %s', (link, id) => expect(render({ video_link: link }).object.ytid).toBe(id))
test('the same listing renders to the same bytes', () => expect(render().body).toBe(render().body))
