/** `GET /Property('key')?$select=...&$expand=...`, and the single entity behind a navigation. */
import { HubError } from '../_shared/http/errors.ts'
import { planCollection } from '../_shared/odata/plan/plan.ts'
import { refuseAbsent } from './absence.ts'
import type { Call } from './call.ts'
import { contextUrl } from './context-url.ts'
import { answerDraft, draftFor } from './draft.ts'
import { entityStyle, entityText, etag, isKnown, jsonResponse } from './json.ts'
import { negotiateFormat, notationFor } from './negotiate.ts'
import { readPage } from './read-page.ts'
import { planReferences, referenceStyle, referenceTo } from './references.ts'
import type { EntityTarget } from './target.ts'

/** Options that ask for a collection; on one entity they would silently do nothing. */
export const forCollections = [
  'filter',
  'search',
  'orderby',
  'top',
  'skip',
  'count',
  'skiptoken',
  'apply',
] as const

export async function answerEntity(call: Call, target: EntityTarget): Promise<Response> {
  const { request, options, model, client } = call
  const representation = negotiateFormat(request.headers, options.format, ['json'])
  refuseCollectionOptions(call)
  const { level } = representation
  const { type, link, isReference } = target
  const draft = isReference ? undefined : await draftFor(call, target)
  if (draft) return await answerDraft(call, type, draft, representation)
  const notation = notationFor(representation, client)
  const planned = isReference
    ? planReferences(call, type, options)
    : planCollection(model, type, options, notation)
  const plan = { ...planned, link, limit: 1 }
  const hasAnnotations = level !== 'none'
  const [entity] = (await readPage(plan, call, hasAnnotations)).entities
  if (!entity) {
    await refuseAbsent(target, call)
    return new Response(null, { status: 204 }) // Protocol 11.2.7: no entity is related
  }

  if (isReference) {
    const context = hasAnnotations
      ? `"@odata.context":${JSON.stringify(`${call.root}/$metadata#$ref`)}`
      : undefined
    return jsonResponse(entityText(referenceTo(type, entity), referenceStyle, context), representation)
  }
  const tag = etag(entity.stamp, type)
  // what is expanded, or computed, changes without the record
  const isOwn = plan.expansions.length === 0 && plan.computed.length === 0
  const demanded = request.headers.get('If-Match')
  if (demanded !== null && !isKnown(demanded, tag)) {
    throw new HubError('precondition_failed', `The record has changed: its ETag is ${tag} now.`, {
      target: 'If-Match',
      headers: { ETag: tag },
    })
  }
  if (
    isKnown(request.headers.get('If-None-Match'), tag) && isOwn
  ) {
    return new Response(null, { status: 304, headers: { ETag: tag } })
  }
  const context = hasAnnotations
    ? `"@odata.context":${JSON.stringify(`${contextUrl(call, type, plan)}/$entity`)}`
    : undefined
  const text = entityText(entity, entityStyle(type, plan.selection, hasAnnotations, notation), context)
  return jsonResponse(text, representation, isOwn ? { ETag: tag } : {})
}

export function refuseCollectionOptions({ options }: Call): void {
  const name = forCollections.find((option) => options[option] !== undefined)
  if (name) {
    throw new HubError(
      'invalid_query',
      `$${name} applies to collections, not to one entity.`,
      {
        target: `$${name}`,
      },
    )
  }
}
