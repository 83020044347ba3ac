/** `GET /Property?...` and `GET /Property/$count?...`. */
import { HubError } from '../_shared/http/errors.ts'
import { countStatement } from '../_shared/query/collection.ts'
import { type Plan, planCollection } from '../_shared/query/plan.ts'
import { readRows } from '../_shared/query/reader.ts'
import { showsStamp } from '../_shared/query/selection.ts'
import type { Call } from './answer.ts'
import { compressed } from './compress.ts'
import { contextUrl } from './context-url.ts'
import { fetchPage } from './fetch.ts'
import { jsonResponse, writeEntity } from './json.ts'
import { negotiateFormat, preferredPageSize } from './negotiate.ts'
import { nextLink } from './next-link.ts'
import { planReferences, referenceStyle, referenceTo } from './references.ts'
import type { CollectionTarget } from './resolve.ts'
import { changesAfter, isReplication, largestPage, lastStamp } from './replication.ts'
import { openSkiptoken } from './skiptoken.ts'

const defaultPageSize = 100
const maxPageSize = 1_000

/**
 * A page of a collection. `$top` is the size of a page, as consumers of the original API use it: while rows are left
 * the answer has a nextLink, and no page is larger than 1,000 (2,000 narrow ones in replication).
 */
export async function answerCollection(
  call: Call,
  target: CollectionTarget,
): Promise<Response> {
  const { options, request, model } = call
  const { level } = negotiateFormat(request.headers, options.format, ['json'])
  const { link, type, isReference } = target
  const planned = isReference ? planReferences(call, type, options) : planCollection(model, type, options)
  const plan: Plan = { ...planned, link }
  const token = await openSkiptoken(call, plan.order.length + 1)
  const preferred = preferredPageSize(request.headers)
  const isWhole = isReplication(call)
  const most = isWhole ? largestPage(plan, maxPageSize) : maxPageSize
  plan.limit = token?.size ??
    Math.min(options.top ?? preferred ?? (isWhole ? maxPageSize : defaultPageSize), preferred ?? most, most)
  plan.cursor = token?.cursor
  const since = isWhole ? token?.since ?? await lastStamp(call) : undefined

  const hasAnnotations = level !== 'none'
  const page = await fetchPage(plan, call, hasAnnotations)
  const style = isReference ? referenceStyle : { hasAnnotations, showsStamp: showsStamp(plan.selection) }
  const pieces = ['{']
  if (hasAnnotations) {
    pieces.push(
      '"@odata.context":',
      JSON.stringify(isReference ? `${call.root}/$metadata#Collection($ref)` : contextUrl(call, type, plan)),
      ',',
    )
  }
  if (page.count !== undefined) pieces.push('"@odata.count":', page.count, ',')
  if (since !== undefined) pieces.push(changesAfter(since), ',')
  pieces.push('"value":[')
  page.entities.forEach((entity, index) => {
    if (index > 0) pieces.push(',\n')
    writeEntity(pieces, isReference ? referenceTo(type, entity) : entity, style)
  })
  pieces.push(']')
  if (page.next && plan.limit > 0) {
    const link = await nextLink(call, { cursor: page.next, size: plan.limit, since })
    pieces.push(',"@odata.nextLink":', JSON.stringify(link))
  }
  const text = pieces.concat('}').join('')
  const applied = preferred === undefined ? {} : { 'Preference-Applied': `odata.maxpagesize=${plan.limit}` }
  return compressed(
    request,
    jsonResponse(text, level, applied as Record<string, string>),
    text.length,
  )
}

/** The number of entities as plain text; of all options only $filter and $search change it. */
export async function answerCount(
  call: Call,
  { type, link }: CollectionTarget,
): Promise<Response> {
  const { client, model, options } = call
  const plan = { ...planCollection(model, type, options), link }
  const [row] = await readRows(client, countStatement(plan, client))
  if (!row) throw new HubError('internal_error')
  return new Response(row[0], {
    headers: { 'Content-Type': 'text/plain;charset=utf-8' },
  })
}
