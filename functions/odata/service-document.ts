import type { Call } from './call.ts'
import { jsonResponse } from './json.ts'
import { negotiateFormat } from './negotiate.ts'

/** What the client may read, resource by resource. */
export function serviceDocument({ request, options, model, root }: Call): Response {
  const representation = negotiateFormat(request.headers, options.format, ['json'])
  const value = [...model.entityTypes.keys()].map((name) => ({
    name,
    kind: 'EntitySet',
    url: name,
  }))
  const context = representation.level === 'none' ? {} : { '@odata.context': `${root}/$metadata` }
  return jsonResponse(JSON.stringify({ ...context, value }), representation)
}
