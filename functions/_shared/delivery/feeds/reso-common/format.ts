import { publicFace, standardRecord } from '../../public-face.ts'
import type { FeedFormat } from '../format.ts'

/**
 * The RESO Common Format (RCP-25), its payload of many records: the dictionary by its name, then the listings with their
 * media in standard names and values. A public feed shows what anybody may see.
 */
export const resoCommon: FeedFormat = {
  contentType: 'application/json; charset=utf-8',
  parts: ['standard'],
  separator: ',\n',
  tail: ']}\n',
  head: () => '{"@reso.context":"urn:reso:metadata:2.0:resource:property","value":[',
  render: (job) => {
    const record = standardRecord(job)
    return { body: JSON.stringify(job.portal.config.public === true ? publicFace(job, record) : record) }
  },
}
