import type { FeedFormat } from './format.ts'

/** The listings of a portal as RESO Property records in one JSON document: what the Web API serves, without a query. */
export const resoJson: FeedFormat = {
  contentType: 'application/json; charset=utf-8',
  separator: ',\n',
  tail: ']}\n',
  head: (builtAt) => `{"resource":"Property","generated":${JSON.stringify(builtAt)},"value":[`,
  render({ served, listing }) {
    if (!served) throw new Error(`${listing.listing_key} is not served by the Web API.`)
    const Media = listing.media.map(({ media_key, url, order, category }) => ({
      MediaKey: media_key,
      MediaURL: url,
      Order: order,
      MediaCategory: category,
    }))
    return { body: JSON.stringify({ ...served, Media }), isFirst: false, kind: null, findings: [] }
  },
}
