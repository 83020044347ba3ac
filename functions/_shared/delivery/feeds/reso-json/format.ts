import { publicFace, servedRecord } from '../../public-face.ts'
import type { FeedFormat } from '../format.ts'

/**
 * The listings of a portal as RESO Property records in one JSON document: what the Web API serves, without a query. A
 * public feed shows what anybody may see.
 */
export const resoJson: FeedFormat = {
  contentType: 'application/json; charset=utf-8',
  parts: ['served'],
  separator: ',\n',
  tail: ']}\n',
  head: (builtAt) => `{"resource":"Property","generated":${JSON.stringify(builtAt)},"value":[`,
  render: (job) => ({
    body: JSON.stringify(job.portal.config.public === true ? publicFace(job) : servedRecord(job)),
  }),
}
