import { XMLBuilder } from 'fast-xml-parser'
import type { FeedFormat } from '../format.ts'
import { feedObject } from './object.ts'

const builder = new XMLBuilder({ cdataPropName: '#cdata', suppressEmptyNode: false })

/** HomesOverseas.ru XML feed, version 4: a thousand objects, those with a Russian title first. */
export const homesOverseas: FeedFormat = {
  contentType: 'application/xml; charset=utf-8',
  maxObjects: 1_000,
  usesRegions: true,
  separator: '\n',
  tail: '\n</objects>\n</root>\n',
  head: (builtAt) =>
    '<?xml version="1.0" encoding="utf-8" ?>\n<root>\n' +
    `<meta><version>4</version><timestamp>${builtAt}</timestamp></meta>\n<objects>\n`,
  render(job, regions) {
    const { members, kind, hasRussianTitle, findings } = feedObject(job, regions)
    return { body: builder.build({ object: members }), rank: hasRussianTitle ? 0 : 1, kind, findings }
  },
}
