import { XMLBuilder } from 'fast-xml-parser'
import type { FeedFormat } from '../format.ts'
import { propertyOf } from './property.ts'

/** Each tag on a line of its own: the reader of the portal takes lines up to a length only. */
const builder = new XMLBuilder({
  format: true,
  indentBy: '',
  ignoreAttributes: false,
  attributeNamePrefix: '@',
})

/** Kyero XML import, version 3: the absolute feed of an agency, so what is missing is deleted there. No limit. */
export const kyero: FeedFormat = {
  contentType: 'application/xml; charset=utf-8',
  separator: '\n',
  head: (builtAt) =>
    '<?xml version="1.0" encoding="utf-8"?>\n<root>\n<kyero>\n<feed_version>3</feed_version>\n' +
    `<feed_generated>${builtAt.slice(0, 19).replace('T', ' ')}</feed_generated>\n</kyero>\n`,
  tail: '\n</root>\n',
  render(job) {
    const { members, kind, findings } = propertyOf(job)
    return { body: builder.build({ property: members }).trimEnd(), kind, findings }
  },
}
