import { XMLBuilder } from 'fast-xml-parser'
import type { FeedFormat } from '../format.ts'
import { adOf } from './ad.ts'

const builder = new XMLBuilder({
  format: true,
  indentBy: '',
  ignoreAttributes: false,
  attributeNamePrefix: '@',
})

/** Trovit XML for homes, which Mitula, Nestoria and other search engines of the same house read too. No limit. */
export const trovit: FeedFormat = {
  contentType: 'application/xml; charset=utf-8',
  parts: ['contact'],
  separator: '\n',
  head: () => '<?xml version="1.0" encoding="utf-8"?>\n<trovit>\n',
  tail: '\n</trovit>\n',
  render(job) {
    const { members, kind, findings } = adOf(job)
    return { body: builder.build({ ad: members }).trimEnd(), kind, findings }
  },
}
