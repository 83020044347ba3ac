/** `GET /Property?$apply=filter(...)/groupby((City),aggregate(...))` and `GET /Property/$count?$apply=...`. */
import { HubError } from '../_shared/http/errors.ts'
import { type ApplyPlan, planApply } from '../_shared/odata/plan/apply.ts'
import type { Notation } from '../_shared/odata/plan/notation.ts'
import { edmOf } from '../_shared/odata/plan/value-types.ts'
import { applyCountStatement, applyStatement } from '../_shared/odata/sql/apply.ts'
import { read, readRows } from '../_shared/odata/sql/read.ts'
import { typeAnnotation } from '../_shared/odata/sql/selection.ts'
import { shownJson } from '../_shared/odata/sql/shown-text.ts'
import { type Apply, parseApply } from '../_shared/odata/syntax/apply.ts'
import type { RequestOptions } from '../_shared/odata/syntax/ast.ts'
import type { Call } from './call.ts'
import { countText, jsonResponse } from './json.ts'
import { negotiateFormat, notationFor, preferredPageSize } from './negotiate.ts'
import { nextLink } from './next-link.ts'
import { isReplication } from './replication.ts'
import { openSkiptoken } from './skiptoken.ts'
import type { CollectionTarget } from './target.ts'

const defaultPageSize = 100
const maxPageSize = 1_000

/** The options of a call with those of `$apply` that are plain filters among them, and the grouping if there is one. */
export function readApply(call: Call): { call: Call; grouped?: Grouped } {
  const { apply: text, ...options } = call.options
  if (text === undefined) return { call }
  const apply = parseApply(text)
  const { filters, grouping } = apply
  if (grouping) return { call, grouped: { ...apply, grouping } }
  const operands = options.filter ? [...filters, options.filter] : filters
  const filter = operands.length === 1
    ? operands[0]!
    : { kind: 'and' as const, operands, position: operands[0]!.position }
  return { call: { ...call, options: { ...options, filter } as RequestOptions } }
}

export type Grouped = Apply & { grouping: NonNullable<Apply['grouping']> }

/** Groups are counted from the first: there are few of them, and none is a record that could come or go for good. */
export async function answerGroups(call: Call, target: CollectionTarget, apply: Grouped): Promise<Response> {
  const { options, request, reader, client } = call
  const plan = planFor(call, target, apply)
  const representation = negotiateFormat(request.headers, options.format, ['json'])
  const notation = notationFor(representation, client)
  const token = await openSkiptoken(call, 1)
  const preferred = preferredPageSize(request.headers)
  const usual = Math.min(options.top ?? defaultPageSize, maxPageSize)
  const size = token?.size ?? Math.min(preferred ?? usual, maxPageSize)
  const isPage = client.top_means === 'page' && preferred === undefined
  const wanted = token ? token.remaining : isPage ? undefined : options.top
  const limit = Math.min(size, wanted ?? size)
  const offset = token ? Number(token.cursor[0]) : options.skip ?? 0
  const page = { limit: limit + 1, offset }
  const [rows, counted] = await read(
    reader,
    (run) =>
      Promise.all([
        run(applyStatement(plan, reader, page)),
        options.count ? run(applyCountStatement(plan, reader)) : undefined,
      ]),
    { atOnce: true },
  )

  const { level } = representation
  const names = plan.shown.map(({ name }) => name)
  const context = `${call.root}/$metadata#${target.type.name}(${names.join()})`
  let text = level === 'none' ? '{' : `{"@odata.context":${JSON.stringify(context)},`
  if (counted) text += `"@odata.count":${countText(counted[0]![0]!, notation)},`
  text += `"value":[${rows.slice(0, limit).map((row) => groupText(plan, row, notation)).join(',\n')}]`
  const remaining = wanted === undefined ? undefined : wanted - limit
  if (rows.length > limit && limit > 0 && remaining !== 0) {
    const link = await nextLink(call, { cursor: [String(offset + limit)], size, remaining })
    text += `,"@odata.nextLink":${JSON.stringify(link)}`
  }
  const applied: Record<string, string> = preferred === undefined
    ? {}
    : { 'Preference-Applied': `odata.maxpagesize=${size}` }
  return jsonResponse(`${text}}`, representation, applied)
}

export async function answerGroupCount(
  call: Call,
  target: CollectionTarget,
  apply: Grouped,
): Promise<Response> {
  const [row] = await readRows(call.reader, applyCountStatement(planFor(call, target, apply), call.reader))
  return new Response(row![0], { headers: { 'Content-Type': 'text/plain;charset=utf-8' } })
}

function planFor(call: Call, { type, link, isReference }: CollectionTarget, apply: Grouped): ApplyPlan {
  if (link || isReference || isReplication(call, type)) {
    throw new HubError('not_implemented', 'Groups are made of a whole resource: /Property?$apply=...', {
      target: '$apply',
    })
  }
  const notation = notationFor({ level: 'minimal', numbersAsText: false }, call.client)
  return planApply(call.model, type, apply, call.options, notation)
}

function groupText(
  { shown }: ApplyPlan,
  row: (string | null)[],
  { numbersAsText, isFull, isBare }: Notation,
): string {
  const members = shown.map(({ name, type, method }, index) => {
    const json = shownJson(type, row[index]!, numbersAsText)
    // no model declares what was aggregated: without its type a number or a time in quotes would be taken for a text
    const isTyped = isFull || !isBare && method !== undefined && json.startsWith('"')
    return `${isTyped ? typeAnnotation(name, edmOf(type)) : ''}"${name}":${json}`
  })
  return `{${members.join(',')}}`
}
