import { describe, expect, test } from 'vitest'
import { CannotShow } from '../../../../functions/_shared/delivery/feeds/format.ts'
import { trovit } from '../../../../functions/_shared/delivery/feeds/trovit/format.ts'
import type { JsonObject } from '../../../../functions/_shared/delivery/json.ts'
import { jobOf, type JobParts } from '../../../support/delivery-job.ts'
import { trovitAds, trovitFaults } from '../../../support/trovit-schema.ts'
import { childrenOf, textAt } from '../../../support/xml-schema.ts'

const none = { city: new Map(), district: new Map(), country: new Map() }
const remarks = 'A villa above the bay, with a garden of olive trees.'

function render(columns: JsonObject = {}, parts: JobParts = {}) {
  const config = { page_url: 'https://example.com/{ref}', ...parts.config }
  const job = jobOf({ public_remarks: remarks, ...columns }, { ...parts, config })
  const { body, findings, kind } = trovit.render(job, none)
  const xml = trovit.head('2026-11-21T00:00:00.000Z') + body + trovit.tail
  expect(trovitFaults(xml)).toEqual([])
  const [ad] = trovitAds(xml)
  return {
    xml,
    findings,
    kind,
    text: (path: string) => textAt(ad!, path),
    attribute: (path: string, name: string) => childrenOf(ad!, path)[0]?.attributes[name],
    pictures: childrenOf(ad!, 'pictures').flatMap(({ children }) =>
      children.map((one) => textAt(one, 'picture_url'))
    ),
  }
}

test('the whole ad', () => {
  const { xml, findings } = render({
    name: 'Villa Thalassa',
    bedrooms: 4,
    bathrooms: 3,
    lot_size: 900,
    floor_number: 0,
    parking_total: 2,
    street: 'Posidonos 12',
    state: 'Paphos District',
    neighborhood: 'Sea Caves',
    post_code: '8560',
    latitude: 34.7,
    longitude: 32.4,
    virtual_tour_link: 'https://tours.example/1?a=1&b=2',
    year_built: 2024,
    energy_efficiency_grade: 'b+',
    furnished: 'Partially',
    is_new_construction: true,
  }, { media: [{}, { is_primary: true }] })
  expect(findings).toEqual([])
  expect(xml).toBe(`<?xml version="1.0" encoding="utf-8"?>
<trovit>
<ad>
<id>7</id>
<url>https://example.com/CY1</url>
<title>Villa Thalassa</title>
<type>For Sale</type>
<agency>Cyprus Realty</agency>
<content>A villa above the bay, with a garden of olive trees.</content>
<price>500000</price>
<property_type>villa</property_type>
<floor_area unit="meters">210</floor_area>
<plot_area>900</plot_area>
<rooms>4</rooms>
<bathrooms>3</bathrooms>
<floor_number>0</floor_number>
<parking>1</parking>
<address>Posidonos 12</address>
<city>Paphos</city>
<city_area>Sea Caves</city_area>
<postcode>8560</postcode>
<region>Paphos District</region>
<latitude>34.7</latitude>
<longitude>32.4</longitude>
<pictures>
<picture>
<picture_url>https://p.example/1.jpg</picture_url>
</picture>
<picture>
<picture_url>https://p.example/0.jpg</picture_url>
</picture>
</pictures>
<virtual_tour>https://tours.example/1?a=1&amp;b=2</virtual_tour>
<year>2024</year>
<eco_score>B</eco_score>
<is_furnished>1</is_furnished>
<is_new>1</is_new>
<date>01/11/2026</date>
<time>10:20:30</time>
</ad>
</trovit>
`)
})

describe('what it is', () => {
  const rent = { property_type: 'ResidentialLease', property_class: 'RLSE', lease_amount: 3_000 }
  test.each([
    [{ property_subtype: 'penthouse' }, 'For Sale', 'penthouse'],
    [{ property_subtype: 'semi_detached_house' }, 'For Sale', 'semi-detached'],
    [{ ...rent, property_subtype: 'studio' }, 'For Rent', 'studio'],
    [{ property_subtype: 'plot', property_type: 'Land' }, 'Land For Sale', undefined],
    [{ property_subtype: 'office' }, 'Office For Sale', undefined],
    [{ ...rent, property_subtype: 'office' }, 'Office For Rent', undefined],
    [{ property_subtype: 'shop' }, 'For Sale Local', undefined],
    [{ ...rent, property_subtype: 'restaurant' }, 'For Rent Local', undefined],
    [{ property_subtype: 'warehouse' }, 'Warehouse For Sale', undefined],
    [{ property_subtype: 'parking', list_price: 20_000 }, 'Parking For Sale', undefined],
  ])('%j is %s', (columns, type, propertyType) => {
    const { text, kind } = render(columns)
    expect([text('type'), text('property_type')]).toEqual([type, propertyType])
    expect(kind).toBe(propertyType ?? type)
  })
  test('what nobody knows is reported', () => {
    const { text, kind, findings } = render({ property_subtype: 'igloo', property_type: 'Ice' })
    expect([text('type'), text('property_type'), kind]).toEqual(['For Sale', 'property', 'property'])
    expect(findings).toEqual(['type_other:igloo'])
  })
  test.each([
    ['Furnished', '1'],
    ['Partially', '1'],
    ['Unfurnished', '0'],
    ['Negotiable', undefined],
    [null, undefined],
  ])('furniture %s is %s', (furnished, said) => expect(render({ furnished }).text('is_furnished')).toBe(said))
  test.each([[null, undefined], ['No Garage', undefined], ['Covered', '1']])(
    'garage %s',
    (garage, said) => expect(render({ garage_features: garage }).text('parking')).toBe(said),
  )
})

describe('price', () => {
  const rent = { property_type: 'ResidentialLease', property_class: 'RLSE', list_price: null }
  test.each([
    ['Daily', 100, '700', 'weekly', 'rent_converted:day'],
    ['Weekly', 700.4, '700', 'weekly', undefined],
    ['', 3_000, '3000', 'monthly', undefined],
    ['Quarterly', 9_000, '3000', 'monthly', 'rent_converted:quarter'],
    ['Annually', 36_000, '3000', 'monthly', 'rent_converted:year'],
  ])('rent %s', (lease_amount_frequency, lease_amount, price, period, finding) => {
    const { text, attribute, findings } = render({ ...rent, lease_amount, lease_amount_frequency })
    expect([text('price'), attribute('price', 'period')]).toEqual([price, period])
    expect(findings).toEqual(finding ? [finding] : [])
  })
  test.each([
    [{ is_price_upon_request: true }, []],
    [{ list_price: null }, []],
    [{ list_price: 9_999 }, ['price_out_of_range:9999']],
    [{ list_price: 100_000_001 }, ['price_out_of_range:100000001']],
    [{ currency_code: 'HUF', list_price: 90_000_000 }, ['currency_not_eur:HUF']],
    [{ currency_code: null }, ['currency_not_eur:(none)']],
  ])('none with %j', (columns, findings) => {
    const ad = render(columns)
    expect([ad.text('price'), ad.findings]).toEqual([undefined, findings])
  })
})

test.each<[JsonObject, string]>([
  [{ property_type: 'Land', property_subtype: 'plot', property_class: 'RLSE' }, 'no type for land to let'],
  [{ page_url: null }, 'without a page'],
  [{ city: null }, 'without a place'],
  [{ property_subtype: 'loft', city: 'Oia', public_remarks: null }, 'fewer than 30 characters'],
])('%j cannot be said', ({ page_url, ...columns }, message) => {
  const parts = page_url === null ? { config: { page_url } } : {}
  expect(() => render(columns, parts)).toThrow(CannotShow)
  expect(() => render(columns, parts)).toThrow(message)
})

describe('texts and place', () => {
  test('an English title, the name, or what is where', () => {
    const title = { language: 'en', type: 'TITLE', text: 'By the\nsea' }
    expect(render({}, { remarks: [title] }).text('title')).toBe('By the sea')
    expect(render().text('title')).toBe('Villa')
    expect(render({ name: null }).text('title')).toBe('Villa for sale in Paphos')
  })
  test('a short text is told what is where', () => {
    const { text, findings } = render({ public_remarks: 'A villa.', state: 'Paphos District' })
    expect(text('content')).toBe('A villa.\nVilla for sale in Paphos, Paphos District, Cyprus')
    expect(findings).toEqual(['text_short'])
  })
  test('an address that is hidden has no street, postcode or point', () => {
    const address = { street: 'Posidonos 12', post_code: '8560', latitude: 34.7, longitude: 32.4 }
    const { text } = render({ ...address, hide_address_online: true })
    expect(['address', 'postcode', 'latitude', 'longitude'].map(text)).toEqual(Array(4).fill(undefined))
    expect(text('city')).toBe('Paphos')
  })
  test('without a town the region stands for it', () =>
    expect(render({ city: null, state: 'Limassol' }).text('city')).toBe('Limassol'))
})

test('numbers that would cost the whole ad are left out', () => {
  const { text, findings } = render({ living_area: 8, bedrooms: 21, bathrooms: 0, year_built: 1650 })
  expect(['floor_area', 'rooms', 'bathrooms', 'year'].map(text)).toEqual(Array(4).fill(undefined))
  expect(findings).toEqual(['area_out_of_range:8'])
})

test('photos only, the main one first', () => {
  const media = [{ category: 'floorplan' }, {}, { is_primary: true }] as const
  expect(render({}, { media: [...media] }).pictures).toEqual([
    'https://p.example/2.jpg',
    'https://p.example/1.jpg',
  ])
})
