/** Statements for `$apply`: a page of groups, and their number. */
import type { Reader } from '../model/reader.ts'
import type { Aggregate, Aggregation } from '../plan/aggregation.ts'
import type { ValueType } from '../plan/value-types.ts'
import { conditionsOf } from './collection.ts'
import { Compiler } from './compiler.ts'
import { Parameters, type Statement } from './statement.ts'
import { fromItem } from './tables.ts'

/** Rows of the answer from `skip` on: the values of its columns as texts, groups first. */
export function groupsStatement(
  aggregation: Aggregation,
  reader: Reader,
  { skip, limit }: { skip: number; limit: number },
): Statement {
  const parameters = new Parameters()
  const { groups, aggregates, order } = aggregation
  const types = [...groups.map(({ column }) => column.type), ...aggregates.map(({ type }) => type)]
  const texts = types.map((type, index) => textOf(`g.c${index}`, type))
  // by what was asked for, then by the groups themselves: no page shows a group twice
  const terms = [
    ...order.map(({ column, isDescending }) => term(column, isDescending)),
    ...groups.map((_, index) => term(index, false)),
  ]
  const orderBy = terms.length > 0 ? ` order by ${terms.join(', ')}` : ''
  return {
    text: `select ${texts.join(', ')} from (${
      grouped(aggregation, reader, parameters)
    }) g${orderBy} limit ${limit} offset ${skip}`,
    values: parameters.values,
  }
}

export function groupCountStatement(aggregation: Aggregation, reader: Reader): Statement {
  const parameters = new Parameters()
  return {
    text: `select count(*)::text from (${grouped(aggregation, reader, parameters)}) g`,
    values: parameters.values,
  }
}

/** Null is lowest, as it is in $orderby of entities. */
const term = (column: number, isDescending: boolean) =>
  `g.c${column}${isDescending ? ' desc nulls last' : ' nulls first'}`

function grouped(aggregation: Aggregation, reader: Reader, parameters: Parameters): string {
  const { source, groups, aggregates } = aggregation
  const compiler = new Compiler(parameters, reader)
  const columns = [
    ...groups.map(({ column }) => compiler.value(column)),
    ...aggregates.map((aggregate) => aggregateSql(aggregate, compiler)),
  ].map((sql, index) => `${sql} as c${index}`)
  const by = groups.length > 0 ? ` group by ${groups.map((_, index) => index + 1).join(', ')}` : ''
  return `select ${columns.join(', ')} from ${fromItem(source, parameters)} where ${
    conditionsOf(aggregation, compiler).join(' and ')
  }${by}`
}

function aggregateSql({ method, operand }: Aggregate, compiler: Compiler): string {
  if (!operand) return 'count(*)'
  const value = compiler.value(operand)
  switch (method) {
    case 'average':
      return `avg(${value})`
    case 'countdistinct':
      return `count(distinct ${value})`
    default:
      return `${method}(${value})`
  }
}

/** A value as the text that JSON takes over, or quotes. */
function textOf(column: string, type: ValueType): string {
  switch (type) {
    case 'timestamp':
      return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    case 'decimal':
      return `trim_scale(${column})::text`
    default:
      return `${column}::text`
  }
}
