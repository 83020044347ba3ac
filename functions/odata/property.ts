/** `GET /Property('key')/City` and `.../City/$value`. */
import { HubError } from '../_shared/http/errors.ts'
import { addressOf } from '../_shared/odata/model/address.ts'
import { planCollection } from '../_shared/odata/plan/plan.ts'
import { pageRows, pageStatements } from '../_shared/odata/sql/collection.ts'
import { readRows } from '../_shared/odata/sql/read.ts'
import { typeAnnotation } from '../_shared/odata/sql/selection.ts'
import { refuseAbsent } from './absence.ts'
import type { Call } from './call.ts'
import { refuseCollectionOptions } from './entity.ts'
import { jsonResponse, stampTime } from './json.ts'
import { negotiateFormat, notationFor } from './negotiate.ts'
import type { PropertyTarget } from './target.ts'

export async function answerProperty(call: Call, target: PropertyTarget): Promise<Response> {
  const { request, options, model, reader, client, root } = call
  const representation = negotiateFormat(request.headers, target.isRaw ? 'json' : options.format, ['json'])
  refuseCollectionOptions(call)
  const { property: { name, edm }, type, link } = target
  const { level } = representation
  const notation = { ...notationFor(representation, client), isFull: false }
  const plan = {
    ...planCollection(model, type, {}, target.isRaw ? undefined : notation),
    selection: [target.property],
    link,
    follow: [{ from: type.key }], // for its address
    limit: 1,
  }
  const [row] = await readRows(reader, pageStatements(plan, reader, model.profile)[0]!(1))
  if (!row) {
    await refuseAbsent(target, call)
    return new Response(null, { status: 204 }) // of what is not there every field is null
  }
  const entity = pageRows(plan)(row)
  const members = name === 'ModificationTimestamp'
    ? `"${name}":"${stampTime(entity.stamp, notation.stampsInMilliseconds)}"`
    : entity.members
  const value: unknown = JSON.parse(`{${members}}`)[name]
  if (value === null) return new Response(null, { status: 204 })
  if (target.isRaw) {
    if (typeof value === 'object') {
      throw new HubError('not_implemented', `${name} is no single value and has no raw form.`)
    }
    return new Response(String(value), {
      headers: { 'Content-Type': 'text/plain;charset=utf-8' },
    })
  }
  const context = level === 'none'
    ? ''
    : `"@odata.context":${JSON.stringify(`${root}/$metadata#${addressOf(type, entity.links[0]!)}/${name}`)},`
  const typed = level === 'full' ? typeAnnotation('value', edm) : ''
  return jsonResponse(`{${context}${typed}${members.replace(/^"[^"]*"\s*:/, '"value":')}}`, representation)
}
