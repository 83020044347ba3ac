import { XMLBuilder } from 'fast-xml-parser'
import type { FeedFormat } from '../format.ts'
import { offerOf } from './offer.ts'
import { stampOf } from './stamp.ts'

const builder = new XMLBuilder({
  format: true,
  indentBy: '',
  ignoreAttributes: false,
  attributeNamePrefix: '@',
})

/** YRL, the feed of Yandex.Realty, which portals in Russian take. No limit. Sold objects block it: leave SOLD out of statuses. */
export const yandexRealty: FeedFormat = {
  contentType: 'application/xml; charset=utf-8',
  parts: ['contact'],
  separator: '\n',
  head: (builtAt) =>
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<realty-feed xmlns="http://webmaster.yandex.ru/schemas/feed/realty/2010-06">\n' +
    `<generation-date>${stampOf(builtAt)}</generation-date>\n`,
  tail: '\n</realty-feed>\n',
  render(job) {
    const { members, kind, findings } = offerOf(job)
    return { body: builder.build({ offer: members }).trimEnd(), kind, findings }
  },
}
