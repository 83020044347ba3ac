import { describe, expect, test } from 'vitest'
import { CannotShow } from '../../../../functions/_shared/delivery/feeds/format.ts'
import { kyero } from '../../../../functions/_shared/delivery/feeds/kyero/format.ts'
import type { JsonObject } from '../../../../functions/_shared/delivery/json.ts'
import { jobOf, type JobParts } from '../../../support/delivery-job.ts'
import { kyeroFaults, kyeroProperties } from '../../../support/kyero-schema.ts'
import { childrenOf, textAt } from '../../../support/xml-schema.ts'

const none = { city: new Map(), district: new Map(), country: new Map() }

function render(columns: JsonObject = {}, parts: JobParts = {}) {
  const { body, findings } = kyero.render(jobOf(columns, parts), none)
  const xml = kyero.head('2026-11-21T00:00:00.000Z') + body + kyero.tail
  expect(kyeroFaults(xml)).toEqual([])
  const [property] = kyeroProperties(xml)
  const list = (group: string, name: string) =>
    property!.children.filter((child) => child.name === group).flatMap((child) => childrenOf(child, name))
  return {
    xml,
    findings,
    text: (path: string) => textAt(property!, path),
    features: list('features', 'feature').map(({ text }) => text),
    images: list('images', 'image').map((image) => textAt(image, 'url')),
  }
}

test('the whole property, in the order of the specification', () => {
  const { xml } = render({
    bedrooms: 4,
    bathrooms: 3,
    lot_size: 900,
    state: 'Paphos District',
    country: 'CY',
    neighborhood: 'Sea Caves',
    latitude: 34.7,
    longitude: 32.4,
    private_pool: true,
    is_new_construction: true,
    energy_efficiency_grade: 'b+',
    sea_view: true,
    amenities: 'Gym, Sauna',
  }, {
    media: [{}, { is_primary: true }],
    remarks: [{ language: 'ru', type: 'PUBLIC', text: 'Вилла у моря.' }],
    config: { page_url: 'https://example.com/{language}/{ref}' },
  })
  expect(xml).toBe(`<?xml version="1.0" encoding="utf-8"?>
<root>
<kyero>
<feed_version>3</feed_version>
<feed_generated>2026-11-21 00:00:00</feed_generated>
</kyero>
<property>
<id>7</id>
<date>2026-11-20 23:59:59</date>
<ref>CY1</ref>
<price>500000</price>
<currency>EUR</currency>
<price_freq>sale</price_freq>
<new_build>1</new_build>
<type>villa</type>
<town>Paphos</town>
<province>Paphos District</province>
<country>Cyprus</country>
<location>
<latitude>34.7</latitude>
<longitude>32.4</longitude>
</location>
<location_detail>Sea Caves</location_detail>
<beds>4</beds>
<baths>3</baths>
<pool>1</pool>
<surface_area>
<built>210</built>
<plot>900</plot>
</surface_area>
<energy_rating>
<consumption>B</consumption>
</energy_rating>
<url>
<en>https://example.com/en/CY1</en>
<ru>https://example.com/ru/CY1</ru>
</url>
<desc>
<en>A villa.</en>
<ru>Вилла у моря.</ru>
</desc>
<features>
<feature>Sea view</feature>
<feature>Private pool</feature>
<feature>Gym</feature>
<feature>Sauna</feature>
</features>
<images>
<image id="1">
<url>https://p.example/1.jpg</url>
</image>
<image id="2">
<url>https://p.example/0.jpg</url>
</image>
</images>
</property>
</root>
`)
})

describe('price', () => {
  const rent = { property_type: 'ResidentialLease', property_class: 'RLSE', list_price: null }
  test.each([
    ['Daily', 100, '700', 'week', 'rent_converted:day'],
    ['Weekly', 700.4, '700', 'week', undefined],
    ['Monthly', 3000, '3000', 'month', undefined],
    ['', 3000, '3000', 'month', undefined],
    ['Quarterly', 9000, '3000', 'month', 'rent_converted:quarter'],
    ['Annually', 36_000, '3000', 'month', 'rent_converted:year'],
  ])('rent %s', (lease_amount_frequency, lease_amount, price, frequency, finding) => {
    const { text, findings } = render({ ...rent, lease_amount, lease_amount_frequency })
    expect([text('price'), text('price_freq')]).toEqual([price, frequency])
    expect(findings).toEqual(finding ? [finding] : [])
  })
  test('other currencies stay what they are', () =>
    expect(render({ currency_code: 'HUF', list_price: 90_000_000.4 })).toMatchObject({ findings: [] }))
  test.each([
    [{ list_price: null }, 'without a price'],
    [{ list_price: 0 }, 'without a price'],
    [{ is_price_upon_request: true }, 'without a price'],
    [{ ...rent, lease_amount: null }, 'without a price'],
    [{ currency_code: null }, 'without a currency'],
    [{ city: null }, 'without a town'],
    [{ country: null, market: 'EU1' }, 'without a country'],
  ])('%j cannot be said', ({ market, ...columns }: JsonObject, message) => {
    const parts = typeof market === 'string' ? { market } : {}
    expect(() => render(columns, parts)).toThrow(CannotShow)
    expect(() => render(columns, parts)).toThrow(message)
  })
})

describe('what it is', () => {
  test.each([
    [{ property_subtype: 'penthouse' }, 'penthouse'],
    [{ property_subtype: 'standard_apartment' }, 'apartment'],
    [{ property_subtype: 'Single Family Detached' }, 'house'],
    [{ property_subtype: 'Townhouse' }, 'town house'],
    [{ property_subtype: 'Semi-Detached' }, 'semi-detached'],
    [{ property_subtype: 'Condominium' }, 'apartment'],
    [{ property_subtype: 'Land-Multi-Family Acreage' }, 'land'],
    [{ property_subtype: 'plot', property_type: 'Land' }, 'land'],
    [
      { property_subtype: null, property_type: 'CommercialSale', extensions: { X_HotelType: 'resort' } },
      'commercial property',
    ],
  ])('%j is %s', (columns, type) => expect(render(columns).text('type')).toBe(type))
  test('land has neither beds nor baths', () => {
    const { text } = render({ property_subtype: 'plot', bedrooms: null, lot_size: 1200, living_area: null })
    expect(['beds', 'baths', 'surface_area/plot', 'surface_area/built'].map(text)).toEqual([
      '0',
      '0',
      '1200',
      undefined,
    ])
  })
  test('what nobody knows is reported', () => {
    const { text, findings } = render({ property_subtype: 'igloo', property_type: 'Ice' })
    expect(text('type')).toBe('property')
    expect(findings).toEqual(['type_other:igloo'])
  })
  test.each([['A', 'A'], ['g', 'G'], ['A+', 'A'], ['pending', undefined], ['', undefined], [
    'AB',
    undefined,
  ]])(
    'energy grade %s is %s',
    (grade, shown) =>
      expect(render({ energy_efficiency_grade: grade }).text('energy_rating/consumption')).toBe(shown),
  )
})

describe('place', () => {
  test.each([
    [{ country: 'CY' }, 'Cyprus'],
    [{ country: 'cyprus' }, 'Cyprus'],
    [{ country: null }, 'Cyprus'],
    [{ country: 'Greece' }, 'Greece'],
    [{ country: 'Северный Кипр' }, 'Северный Кипр'],
  ])('%j is in %s', (columns, country) => expect(render(columns).text('country')).toBe(country))
  test('the market names the country that a listing does not', () =>
    expect(render({ country: null }, { market: 'HU' }).text('country')).toBe('Hungary'))
  test('an address that is hidden has no point, and half a point is none', () => {
    const point = { latitude: 34.7, longitude: 32.4 }
    expect(render({ ...point, hide_address_online: true }).text('location/latitude')).toBeUndefined()
    expect(render({ latitude: 34.7 }).text('location/latitude')).toBeUndefined()
    expect(render({ latitude: 0, longitude: 0 }).text('location/latitude')).toBe('0')
  })
  test('without a town the region stands for it', () => {
    const { text, findings } = render({ city: null, state: 'Limassol' })
    expect([text('town'), text('province')]).toEqual(['Limassol', 'Limassol'])
    expect(findings).toEqual(['town_unknown:(none)'])
  })
})

describe('texts and pages', () => {
  test('languages of the format are said, others are reported', () => {
    const { text, findings } = render({}, {
      remarks: [
        { language: 'de', type: 'PUBLIC', text: 'Eine Villa.' },
        { language: 'el', type: 'PUBLIC', text: 'Μια βίλα.' },
        { language: 'hu', type: 'PUBLIC', text: 'Egy villa.' },
        { language: 'en', type: 'PUBLIC', text: 'Written here.' },
        { language: 'fr', type: 'TITLE', text: 'Titre' },
      ],
    })
    expect([text('desc/en'), text('desc/de'), text('desc/fr')]).toEqual([
      'Written here.',
      'Eine Villa.',
      undefined,
    ])
    expect(findings).toEqual(['language_left_out:el', 'language_left_out:hu'])
  })
  test('without any text it is said what is where', () =>
    expect(render({ public_remarks: null, name: null }).text('desc/en')).toBe('villa in Paphos'))
  test('the page that came with the listing, unless the portal has pages of its own', () => {
    const columns = { listing_url: 'https://www.sothebysrealty.com/id/x' }
    expect(render(columns).text('url/en')).toBe('https://www.sothebysrealty.com/id/x')
    const config = { page_url: 'https://example.com/{market}/{ref}/{nonsense}' }
    expect(render({ ...columns, ref: 'A/B 1&2' }, { config }).text('url/en'))
      .toBe('https://example.com/cy/A%2FB%201%262/%7Bnonsense%7D')
    expect(render({ listing_url: 'javascript:alert(1)' }).text('url/en')).toBeUndefined()
  })
})

describe('photos', () => {
  test('at most fifty, the rest is reported', () => {
    const { images, findings } = render({}, { media: Array(60).fill({}) })
    expect(images).toHaveLength(50)
    expect(findings).toEqual(['photos_left_out:10'])
  })
  test('none', () => expect(render().images).toEqual([]))
  test('no floor plans, scans or tours; the main one first', () => {
    const { images } = render({}, {
      media: [
        { source_category: 'documents' },
        { category: 'floorplan' },
        {},
        { is_primary: true },
        { category: 'tour' },
      ],
    })
    expect(images).toEqual(['https://p.example/3.jpg', 'https://p.example/2.jpg'])
  })
})

test('labels that deny are no features, and each is told once', () => {
  const { features } = render({
    garage_features: 'No Garage',
    cooling_features: 'Central A/C, central a/c',
    view: 'Sea, None',
    appliances: 'n/a',
  })
  expect(features).toEqual(['Sea', 'central a/c'])
})
