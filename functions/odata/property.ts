/** `GET /Property('key')/City` and `.../City/$value`. */
import { HubError } from '../_shared/http/errors.ts'
import { planCollection } from '../_shared/odata/plan/plan.ts'
import { addressOf } from './address.ts'
import type { Call } from './call.ts'
import { refuseCollectionOptions } from './entity.ts'
import { jsonResponse, stampTime } from './json.ts'
import { negotiateFormat } from './negotiate.ts'
import { readPage } from './read-page.ts'
import { notFound, type PropertyTarget } from './target.ts'

export async function answerProperty(call: Call, target: PropertyTarget): Promise<Response> {
  const { request, options, model, root } = call
  const { level } = negotiateFormat(request.headers, target.isRaw ? 'json' : options.format, ['json'])
  refuseCollectionOptions(call)
  const { property: { name }, type, link, isRelated } = target
  const plan = {
    ...planCollection(model, type, {}),
    selection: [target.property],
    link,
    limit: 1,
  }
  const [entity] = link ? (await readPage(plan, call, false)).entities : []
  if (!link || !entity) {
    if (isRelated) return new Response(null, { status: 204 }) // of what is not there every field is null
    throw notFound(type, link)
  }
  const members = name === 'ModificationTimestamp' ? `"${name}":"${stampTime(entity.stamp)}"` : entity.members
  const value: unknown = JSON.parse(`{${members}}`)[name]
  if (value === null) return new Response(null, { status: 204 })
  if (target.isRaw) {
    if (typeof value === 'object') {
      throw new HubError('not_implemented', `${name} is multi-valued and has no raw value.`)
    }
    return new Response(String(value), {
      headers: { 'Content-Type': 'text/plain;charset=utf-8' },
    })
  }
  const context = level === 'none'
    ? ''
    : `"@odata.context":${JSON.stringify(`${root}/$metadata#${addressOf(type, link.value)}/${name}`)},`
  return jsonResponse(`{${context}${members.replace(/^"[^"]*"\s*:/, '"value":')}}`, level)
}
