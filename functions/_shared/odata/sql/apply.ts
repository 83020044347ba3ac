/** The statement behind `$apply`: groups of the rows that the client may read, as a table that is filtered and ordered. */
import type { Reader } from '../model/reader.ts'
import type { ApplyPlan, Output } from '../plan/apply.ts'
import { Compiler } from './compiler.ts'
import { readableRows } from './readable-rows.ts'
import { shownText } from './shown-text.ts'
import { Parameters, type Statement } from './statement.ts'
import { fromItem } from './tables.ts'

/** A page of groups. Each of its rows is the texts of what is shown. */
export function applyStatement(
  plan: ApplyPlan,
  reader: Reader,
  { limit, offset }: { limit: number; offset: number },
): Statement {
  const { parameters, from, compiler } = groups(plan, reader)
  const { alias } = plan.result
  const columns = plan.shown.map((output) => textOf(`${alias}.${output.column}`, output))
  const terms = plan.order.map(({ bound, isDescending }) =>
    `(${compiler.value(bound)}) ${isDescending ? 'desc nulls last' : 'nulls first'}`
  )
  // Groups differ in what they are grouped by: behind it no order is left open, and pages join without seams.
  const ties = plan.outputs.filter(({ method }) => !method).map(({ column }) =>
    `${alias}.${column} nulls first`
  )
  const order = [...terms, ...ties].join(', ')
  return {
    text: `select ${columns.join(', ')} ${from}${
      order === '' ? '' : ` order by ${order}`
    } limit ${limit} offset ${offset}`,
    values: parameters.values,
  }
}

/** How many groups there are. */
export function applyCountStatement(plan: ApplyPlan, reader: Reader): Statement {
  const { parameters, from } = groups(plan, reader)
  return { text: `select count(*)::text ${from}`, values: parameters.values }
}

function groups({ source, filters, outputs, result, having }: ApplyPlan, reader: Reader) {
  const parameters = new Parameters()
  const compiler = new Compiler(parameters, reader)
  const columns = outputs.map((output) => `${valueOf(output, compiler)} as ${output.column}`)
  const conditions = [
    readableRows(source, reader, parameters),
    ...filters.map((filter) => compiler.condition(filter)),
  ]
  const grouped = outputs.flatMap(({ method }, index) => method ? [] : [index + 1])
  const table = `select ${columns.join(', ')} from ${fromItem(source, parameters)} where ${
    conditions.join(' and ')
  }${grouped.length === 0 ? '' : ` group by ${grouped.join(', ')}`}`
  const where = having ? ` where ${compiler.condition(having)}` : ''
  return { parameters, compiler, from: `from (${table}) ${result.alias}${where}` }
}

function valueOf({ bound, isCut, method }: Output, compiler: Compiler): string {
  if (!bound) return 'count(*)'
  const whole = compiler.value(bound)
  const value = isCut ? `date_trunc('milliseconds', ${whole})` : whole
  switch (method) {
    case 'countdistinct':
      return `count(distinct ${value})`
    case 'average':
      return `avg(${value})`
    case 'sum':
    case 'min':
    case 'max':
      return `${method}(${value})`
    default:
      return value
  }
}

/** An average has more digits than anybody wants. */
function textOf(column: string, { type, method, isCut }: Output): string {
  const value = method === 'average' && type !== 'double' ? `round(${column}, 10)` : column
  return shownText(value, type, isCut)
}
