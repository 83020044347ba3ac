import { describe, expect, test } from 'vitest'
import { CannotShow } from '../../../../functions/_shared/delivery/feeds/format.ts'
import { yandexRealty } from '../../../../functions/_shared/delivery/feeds/yandex-realty/format.ts'
import type { JsonObject } from '../../../../functions/_shared/delivery/json.ts'
import { contact, jobOf, type JobParts } from '../../../support/delivery-job.ts'
import { childrenOf, textAt } from '../../../support/xml-schema.ts'
import { yandexFaults, yandexOffers } from '../../../support/yandex-realty-schema.ts'

const none = { city: new Map(), district: new Map(), country: new Map() }

function render(columns: JsonObject = {}, parts: JobParts = {}) {
  const { body, findings, kind } = yandexRealty.render(jobOf(columns, parts), none)
  const xml = yandexRealty.head('2026-11-21T00:00:00.000Z') + body + yandexRealty.tail
  expect(yandexFaults(xml)).toEqual([])
  const [offer] = yandexOffers(xml)
  return {
    xml,
    findings,
    kind,
    offer: offer!,
    text: (path: string) => textAt(offer!, path),
    images: childrenOf(offer!, 'image').map(({ text }) => text),
  }
}

test('the whole offer, in the order of the requirements', () => {
  const { xml } = render({
    property_subtype: 'penthouse',
    country: 'CY',
    state: 'Paphos District',
    district: 'Kato Paphos',
    street: 'Posidonos 12',
    latitude: 34.7,
    longitude: 32.4,
    bedrooms: 2,
    floor_number: 3,
    stories_total: 5,
    year_built: 2024,
    is_new_construction: true,
    common_pool: true,
    x_sm_elevator: true,
    air_condition: true,
  }, {
    key: 'QOBRIX_9',
    media: [{}, { is_primary: true }],
    remarks: [{ language: 'ru', type: 'PUBLIC', text: 'Пентхаус у моря.' }],
    config: { page_url: 'https://example.com/{language}/{ref}' },
  })
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<realty-feed xmlns="http://webmaster.yandex.ru/schemas/feed/realty/2010-06">
<generation-date>2026-11-21T00:00:00+00:00</generation-date>
<offer internal-id="QOBRIX_9">
<type>продажа</type>
<property-type>жилая</property-type>
<category>квартира</category>
<url>https://example.com/ru/CY1</url>
<creation-date>2026-11-01T10:20:30+00:00</creation-date>
<last-update-date>2026-11-20T23:59:59+00:00</last-update-date>
<location>
<country>Кипр</country>
<region>Paphos District</region>
<locality-name>Paphos</locality-name>
<sub-locality-name>Kato Paphos</sub-locality-name>
<address>Posidonos 12</address>
<latitude>34.7</latitude>
<longitude>32.4</longitude>
</location>
<sales-agent>
<name>Ελένη Παπαδοπούλου</name>
<phone>+35799123456</phone>
<category>агентство</category>
<organization>Cyprus Realty</organization>
<email>eleni@example.com</email>
</sales-agent>
<price>
<value>500000</value>
<currency>EUR</currency>
</price>
<area>
<value>210.4</value>
<unit>кв. м</unit>
</area>
<image>https://p.example/1.jpg</image>
<image>https://p.example/0.jpg</image>
<description>Пентхаус у моря.</description>
<rooms>3</rooms>
<new-flat>да</new-flat>
<floor>3</floor>
<floors-total>5</floors-total>
<built-year>2024</built-year>
<pool>да</pool>
<lift>да</lift>
<air-conditioner>да</air-conditioner>
</offer>
</realty-feed>
`)
})

describe('category', () => {
  test.each([
    [{ property_subtype: 'standard_apartment' }, 'квартира', undefined],
    [{ property_subtype: 'mansion_villa' }, 'дом', undefined],
    [{ property_subtype: 'mansion_villa', lot_size: 800 }, 'дом с участком', undefined],
    [{ property_subtype: 'Townhouse' }, 'таунхаус', undefined],
    [{ property_subtype: 'Duplex' }, 'дуплекс', undefined],
    [{ property_subtype: 'plot', property_type: 'Land', lot_size: 800 }, 'участок', undefined],
    [{ property_subtype: 'Parking', living_area: null }, 'гараж', undefined],
    [{ property_subtype: 'shop' }, 'коммерческая', 'retail'],
    [{ property_subtype: 'office_building' }, 'коммерческая', 'office'],
    [{ property_subtype: 'restaurant' }, 'коммерческая', 'public catering'],
    [
      { property_subtype: null, property_type: 'CommercialLease', lease_amount: 900 },
      'коммерческая',
      'free purpose',
    ],
  ])('%j is %s', (columns, category, commercial) => {
    const { text, kind } = render(columns)
    expect([text('category'), text('commercial-type'), kind]).toEqual([category, commercial, category])
  })
  test('a studio has no rooms to count; a flat has one more than bedrooms, unless its rooms are known', () => {
    expect(render({ property_subtype: 'studio', bedrooms: 0 })).toMatchObject({ findings: expect.anything() })
    expect(render({ property_subtype: 'studio', bedrooms: 0 }).text('studio')).toBe('да')
    expect(render({ property_subtype: 'loft', bedrooms: 0 }).text('rooms')).toBe('1')
    expect(render({ property_subtype: 'loft', bedrooms: 2, rooms_total: 5 }).text('rooms')).toBe('5')
    expect(render({ property_subtype: 'loft' }).text('rooms')).toBeUndefined()
  })
})

describe('price', () => {
  const rent = { property_type: 'ResidentialLease', list_price: null, lease_amount: 1200 }
  test.each([
    ['Daily', '1200', 'день'],
    ['Weekly', '5200', 'месяц'],
    ['Monthly', '1200', 'месяц'],
    [null, '1200', 'месяц'],
    ['Quarterly', '400', 'месяц'],
    ['Yearly', '100', 'месяц'],
  ])('rent %s', (lease_amount_frequency, value, period) => {
    const { text } = render({ ...rent, lease_amount_frequency })
    expect([text('type'), text('price/value'), text('price/period')]).toEqual(['аренда', value, period])
  })
  test('tenge', () =>
    expect(render({ currency_code: 'KZT' }, { market: 'KZ' }).text('price/currency')).toBe('KZT'))
})

describe('who may be called', () => {
  const nobody = { name: null, phone: null, email: null }
  test.each([
    ['00357 26 11-22-33', '+35726112233'],
    ['+7 (727) 250-00-00', '+77272500000'],
    ['99 123456', '99123456'],
  ])(
    '%s is %s',
    (phone, shown) =>
      expect(render({}, { contact: { ...contact, agent: { ...nobody, phone } } }).text('sales-agent/phone'))
        .toBe(shown),
  )
  test('the office where the agent has no number, and where there is no agent', () => {
    const { text } = render({}, {
      contact: { agent: { ...contact.agent, phone: 'n/a' }, office: contact.office },
    })
    expect([text('sales-agent/name'), text('sales-agent/phone')]).toEqual([
      'Ελένη Παπαδοπούλου',
      '+35726000000',
    ])
    const office = render({}, { contact: { agent: nobody, office: contact.office } })
    expect([office.text('sales-agent/name'), office.text('sales-agent/email')]).toEqual([
      'Cyprus Realty',
      'office@example.com',
    ])
  })
})

describe('place', () => {
  test.each([['CY', 'Кипр'], ['HU', 'Венгрия'], ['KZ', 'Казахстан']])(
    'market %s',
    (market, country) => expect(render({ country: null }, { market }).text('location/country')).toBe(country),
  )
  test('a hidden address is not told', () => {
    const { text } = render({
      street: 'Posidonos 12',
      latitude: 34.7,
      longitude: 32.4,
      hide_address_online: true,
    })
    expect([text('location/address'), text('location/latitude')]).toEqual([undefined, undefined])
  })
})

test.each([
  [{ list_price: null }, {}, 'without a price'],
  [{ is_price_upon_request: true }, {}, 'without a price'],
  [{ currency_code: 'HUF' }, {}, 'takes prices in RUB, RUR, USD, EUR, UAH, BYN, KZT, not in HUF'],
  [{ currency_code: null }, {}, 'not in no currency'],
  [{ city: null }, {}, 'without a place'],
  [{}, { contact: null }, 'without a phone number'],
  [{ living_area: null }, {}, 'without its area'],
  [{ property_subtype: 'plot', property_type: 'Land' }, {}, 'without the area of the lot'],
  [
    { property_subtype: 'igloo', property_type: 'Ice' },
    {},
    'no category for this listing: its type says igloo',
  ],
])('%j %j cannot be said', (columns, parts, message) => {
  expect(() => render(columns, parts)).toThrow(CannotShow)
  expect(() => render(columns, parts)).toThrow(message)
})

test('an identifier with markup stays one', () =>
  expect(render({}, { key: `A"<&'>Ж` }).offer.attributes['internal-id']).toBe(`A"<&'>Ж`))
