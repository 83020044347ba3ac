/** `GET /Property?$apply=...`: groups and figures instead of entities (OData Extension for Data Aggregation 4.0). */
import type { TextRow } from '../_shared/db/pipeline.ts'
import { HubError } from '../_shared/http/errors.ts'
import { type Aggregation, planAggregation } from '../_shared/odata/plan/aggregation.ts'
import type { Notation } from '../_shared/odata/plan/notation.ts'
import type { ValueType } from '../_shared/odata/plan/value-types.ts'
import { groupCountStatement, groupsStatement } from '../_shared/odata/sql/aggregation.ts'
import { read } from '../_shared/odata/sql/read.ts'
import type { Call } from './call.ts'
import { countText, jsonResponse } from './json.ts'
import { negotiateFormat, notationFor, preferredPageSize } from './negotiate.ts'
import { nextLink } from './next-link.ts'
import { openSkiptoken } from './skiptoken.ts'
import type { CollectionTarget } from './target.ts'

const maxPageSize = 1_000

/**
 * A page of groups, at most 1,000; without groups one row. The next page begins by number, for groups have no keys: who
 * must not miss one while records change asks for all of them at once, or orders by the fields of the groups.
 */
export async function answerAggregation(call: Call, target: CollectionTarget): Promise<Response> {
  const { options, request, model, reader, client, root } = call
  if (target.isReference) {
    throw new HubError('invalid_query', 'Groups have no addresses: leave /$ref away.', { target: '$apply' })
  }
  const representation = negotiateFormat(request.headers, options.format, ['json'])
  const notation = notationFor(representation, client)
  const plan = { ...planAggregation(model, target.type, options), link: target.link }
  const token = await openSkiptoken(call, 1)
  const preferred = preferredPageSize(request.headers)
  const size = token?.size ?? Math.min(options.top ?? maxPageSize, preferred ?? maxPageSize, maxPageSize)
  const wanted = token ? token.remaining : options.top
  const limit = Math.min(size, wanted ?? size)
  const skip = token ? Number(token.cursor[0]) : options.skip ?? 0
  const page = await read(reader, async (run) => {
    const [rows, counted] = await Promise.all([
      run(groupsStatement(plan, reader, { skip, limit: limit + 1 })),
      options.count ? run(groupCountStatement(plan, reader)) : undefined,
    ])
    return { rows, count: counted?.[0]?.[0] }
  }, { atOnce: true })

  const hasAnnotations = representation.level !== 'none'
  const rowText = rowWriter(plan, notation, hasAnnotations)
  const names = [...plan.groups, ...plan.aggregates].map(({ name }) => name)
  let text = hasAnnotations
    ? `{"@odata.context":${JSON.stringify(`${root}/$metadata#${target.type.name}(${names.join()})`)},`
    : '{'
  if (page.count) text += `"@odata.count":${countText(page.count, notation)},`
  text += `"value":[${page.rows.slice(0, limit).map(rowText).join(',\n')}]`
  const remaining = wanted === undefined ? undefined : wanted - limit
  if (page.rows.length > limit && limit > 0 && remaining !== 0) {
    const link = await nextLink(call, { cursor: [String(skip + limit)], size, remaining })
    text += `,"@odata.nextLink":${JSON.stringify(link)}`
  }
  return jsonResponse(`${text}}`, representation)
}

/** The number of groups as plain text: `GET /Property/$count?$apply=...`. */
export async function answerGroupCount(call: Call, { type, link }: CollectionTarget): Promise<Response> {
  const { reader, model, options } = call
  const plan = { ...planAggregation(model, type, options), link }
  const [row] = await read(reader, (run) => run(groupCountStatement(plan, reader)), { atOnce: true })
  return new Response(row![0], { headers: { 'Content-Type': 'text/plain;charset=utf-8' } })
}

/** What is no field of the type carries the name of its type, where JSON's own types do not say it. */
const edmNames: Partial<Record<ValueType, string>> = {
  integer: 'Int64',
  decimal: 'Decimal',
  date: 'Date',
  timestamp: 'DateTimeOffset',
  time: 'TimeOfDay',
  duration: 'Duration',
}

function rowWriter(
  { groups, aggregates }: Aggregation,
  { numbersAsText }: Notation,
  hasAnnotations: boolean,
): (row: TextRow) => string {
  const columns = [
    ...groups.map(({ name, column }) => ({
      opening: `"${name}":`,
      type: column.type,
      isLong: numbersAsText && ['Edm.Int64', 'Edm.Decimal'].includes(column.property.edm.name),
    })),
    ...aggregates.map(({ name, type }) => {
      const edm = hasAnnotations ? edmNames[type] : undefined
      return {
        opening: `${edm ? `"${name}@odata.type":"#${edm}",` : ''}"${name}":`,
        type,
        isLong: numbersAsText && (type === 'integer' || type === 'decimal'),
      }
    }),
  ]
  return (row) =>
    `{${
      columns.map(({ opening, type, isLong }, index) => opening + json(row[index]!, type, isLong)).join(',')
    }}`
}

const bare: ValueType[] = ['integer', 'decimal', 'double', 'boolean']

function json(text: string | null, type: ValueType, isLong: boolean): string {
  if (text === null) return 'null'
  if (isLong || !bare.includes(type) || !isFinite(Number(text)) && type === 'double') {
    return JSON.stringify(text)
  }
  return text
}
