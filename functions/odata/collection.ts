/** `GET /Property?...` and `GET /Property/$count?...`. */
import { HubError } from '../_shared/http/errors.ts'
import { prefersMarks } from '../_shared/marks/marks.ts'
import { type Plan, planCollection } from '../_shared/odata/plan/plan.ts'
import { countStatement } from '../_shared/odata/sql/collection.ts'
import { readRows } from '../_shared/odata/sql/read.ts'
import { visibleStamp } from '../_shared/odata/sql/visible-stamp.ts'
import { refuseWithoutOwner } from './absence.ts'
import type { Call } from './call.ts'
import { compressed } from '../_shared/http/compress.ts'
import { contextUrl } from './context-url.ts'
import { countText, type EntityParts, entityStyle, entityText, jsonResponse } from './json.ts'
import { marksOf } from './marks.ts'
import { negotiateFormat, notationFor, preferredPageSize } from './negotiate.ts'
import { nextLink } from './next-link.ts'
import { readPage } from './read-page.ts'
import { planReferences, referenceStyle, referenceTo } from './references.ts'
import { changesAfter, isReplication, largestPage } from './replication.ts'
import { openSkiptoken } from './skiptoken.ts'
import type { CollectionTarget } from './target.ts'

const defaultPageSize = 100
const maxPageSize = 1_000

/**
 * A page of a collection, no larger than 1,000 (2,000 narrow ones in replication). `$top` says how many rows are wanted
 * in all (Protocol 11.2.6.3). Consumers of the original API mean the size of a page by it, count $skip up and go on as
 * long as there is a nextLink: so it is for clients that are set so, unless the request tells the size of its pages by
 * Prefer. In a replication everybody means the page.
 */
export async function answerCollection(call: Call, target: CollectionTarget): Promise<Response> {
  const { options, request, model, reader, client } = call
  const representation = negotiateFormat(request.headers, options.format, ['json'])
  const { level } = representation
  const { link, type, isReference } = target
  const notation = notationFor(representation, client)
  const isWhole = isReplication(call, type)
  const planned = isReference
    ? planReferences(call, type, options)
    : planCollection(model, type, options, notation)
  const plan: Plan = { ...planned, link }
  const token = await openSkiptoken(call, plan.order.length + 1)
  const preferred = preferredPageSize(request.headers)
  const most = isWhole ? largestPage(plan, maxPageSize) : maxPageSize
  const topIsPageSize = isWhole || (client.top_means === 'page' && preferred === undefined)
  const usual = isWhole ? maxPageSize : defaultPageSize
  const size = token?.size ?? Math.min(options.top ?? preferred ?? usual, preferred ?? most, most)
  const wanted = token ? token.remaining : topIsPageSize ? undefined : options.top
  plan.limit = Math.min(size, wanted ?? size)
  plan.cursor = token?.cursor
  const since = isWhole ? token?.since ?? await visibleStamp(reader) : undefined

  const hasAnnotations = level !== 'none'
  const hasMarks = prefersMarks(request.headers)
  const page = await readPage(plan, call, hasAnnotations, hasMarks)
  if (page.entities.length === 0) await refuseWithoutOwner(link, call)
  const style = isReference ? referenceStyle : entityStyle(type, plan.selection, hasAnnotations, notation)
  const context = isReference ? `${call.root}/$metadata#Collection($ref)` : contextUrl(call, type, plan)
  let text = hasAnnotations ? `{"@odata.context":${JSON.stringify(context)},` : '{'
  if (page.count !== undefined) text += `"@odata.count":${countText(page.count, notation)},`
  if (since !== undefined) text += `${changesAfter(since, notation)},`
  const textOf = (entity: EntityParts) => entityText(isReference ? referenceTo(type, entity) : entity, style)
  if (hasMarks) {
    const texts = page.entities.map(textOf)
    text += await marksOf(call, type, plan, { cursors: page.cursors, texts, size, since, wanted })
    text += `,"value":[${texts.join(',\n')}`
  } else {
    text += '"value":['
    page.entities.forEach((entity, index) => {
      if (index > 0) text += ',\n'
      text += textOf(entity)
    })
  }
  text += ']'
  // where a page must end with a millisecond it may hold more than was wanted
  const remaining = wanted === undefined ? undefined : Math.max(0, wanted - page.entities.length)
  if (page.next && remaining !== 0) {
    const link = await nextLink(call, { cursor: page.next, size, remaining, since })
    text += `,"@odata.nextLink":${JSON.stringify(link)}`
  }
  text += '}'
  const applied = preferred === undefined ? {} : { 'Preference-Applied': `odata.maxpagesize=${size}` }
  return compressed(
    request,
    jsonResponse(text, representation, applied as Record<string, string>),
    text.length,
  )
}

/** The number of entities as plain text; of all options only $filter and $search change it. */
export async function answerCount(call: Call, { type, link }: CollectionTarget): Promise<Response> {
  const { reader, model, options, client } = call
  const notation = notationFor({ level: 'minimal', numbersAsText: false }, client)
  const plan = { ...planCollection(model, type, options, notation), link }
  const [row] = await readRows(reader, countStatement(plan, reader))
  if (!row) throw new HubError('internal_error')
  if (row[0] === '0') await refuseWithoutOwner(link, call)
  return new Response(row[0], {
    headers: { 'Content-Type': 'text/plain;charset=utf-8' },
  })
}
