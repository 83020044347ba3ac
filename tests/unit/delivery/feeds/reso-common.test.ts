import { expect, test } from 'vitest'
import { resoCommon } from '../../../../functions/_shared/delivery/feeds/reso-common/format.ts'
import { resoJson } from '../../../../functions/_shared/delivery/feeds/reso-json/format.ts'
import { jobOf } from '../../../support/delivery-job.ts'

const regions = { city: new Map(), district: new Map(), country: new Map() }
const record = {
  ListingKey: 'QOBRIX_1',
  UnparsedAddress: 'ул. Ленина, 5',
  UnitNumber: '12',
  ListPrice: 500_000,
  PreviousListPrice: 550_000,
  PropertySubType: 'Apartment',
  InteriorFeatures: ['Bar', 'Sauna'],
  BuilderName: null,
}
const standard = {
  record,
  media: { M_1: { MediaKey: 'M_1', MediaCategory: 'Photo', LongDescription: 'Вид' } },
}
const listing = (columns = {}, config = {}) =>
  jobOf(columns, {
    standard,
    config,
    media: [{ url: 'https://p.example/a.jpg' }, { url: 'https://p.example/b.jpg' }],
  })
const read = (job: ReturnType<typeof listing>) => JSON.parse(resoCommon.render(job, regions).body)

test('one document: the dictionary, and what follows it', () => {
  const { body } = resoCommon.render(listing(), regions)
  const { head, separator, tail } = resoCommon
  for (const bodies of [[], [body], [body, body]]) {
    expect(JSON.parse(head('2026-11-21T00:00:00Z') + bodies.join(separator) + tail)).toEqual({
      '@reso.context': 'urn:reso:metadata:2.0:resource:property',
      value: bodies.map((text) => JSON.parse(text)),
    })
  }
})

test('all members stay, nulls too; the portal has its own addresses and order of media', () => {
  expect(read(listing())).toEqual({
    ...record,
    Media: [
      { ...medium, MediaKey: 'M_0', MediaURL: 'https://p.example/a.jpg', Order: 0 },
      {
        ...medium,
        MediaKey: 'M_1',
        MediaURL: 'https://p.example/b.jpg',
        Order: 1,
        MediaCategory: 'Photo',
        LongDescription: 'Вид',
      },
    ],
  })
})
const medium = { ResourceName: 'Property', ResourceRecordKey: 'QOBRIX_1' }

test('a public feed hides what the owner hides, under the standard names too', () => {
  const hidden = read(listing({ hide_address_online: true, is_price_upon_request: true }, { public: true }))
  for (const name of ['UnparsedAddress', 'UnitNumber', 'ListPrice', 'PreviousListPrice']) {
    expect(hidden).not.toHaveProperty(name)
  }
  expect(hidden).toMatchObject({ InteriorFeatures: ['Bar', 'Sauna'], PropertySubType: 'Apartment' })
  expect(record.UnitNumber).toBe('12')
  expect(read(listing({ hide_address_online: true }))).toMatchObject({ UnitNumber: '12' })
})

test('a public feed shows no floor plan; a client that may read the listing gets it', () => {
  const media = [{ url: 'https://p.example/a.jpg' }, {
    url: 'https://p.example/plan.png',
    category: 'floorplan' as const,
  }]
  for (const format of [resoCommon, resoJson]) {
    const keys = (config: Record<string, boolean>) =>
      JSON.parse(format.render(jobOf({}, { standard, served: record, config, media }), regions).body).Media
        .map(({ MediaURL }: { MediaURL: string }) => MediaURL)
    expect(keys({ public: true })).toEqual(['https://p.example/a.jpg'])
    expect(keys({})).toEqual(media.map(({ url }) => url))
  }
})

test('what the Web API does not serve is tried again', () => {
  expect(() => resoCommon.render(jobOf(), regions)).toThrow('QOBRIX_1 is not served by the Web API.')
})
