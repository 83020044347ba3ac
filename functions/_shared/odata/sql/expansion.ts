/** The statement behind one `$expand`: the entities of all parents of a page at once. */
import type { TextRow } from '../../db/pipeline.ts'
import type { Profile } from '../model/model.ts'
import type { Reader } from '../model/reader.ts'
import type { Expansion } from '../plan/plan.ts'
import { Compiler } from './compiler.ts'
import { computedColumns, withComputed } from './computed.ts'
import { orderBy, sortKeys } from './order.ts'
import { readableLinkedRows } from './readable-rows.ts'
import { asksWholeRecords, recordsByKey } from './records-by-key.ts'
import { matchesRow } from './search.ts'
import { memberColumns } from './selection.ts'
import { identifier, Parameters, type Statement } from './statement.ts'
import { isUnited, joinedAgain, tableOf } from './tables.ts'

export interface ExpansionRow {
  /** Value by which the row belongs to its parents. */
  key: string
  stamp: string
  /** How many there are for the parent, whatever $top says. */
  count: string
  /** False for a row that only carries the count. */
  isShown: boolean
  links: (string | null)[]
  members: string
}

/** Rows in the order of their parents' keys and, among them, of $orderby. */
export function expansionStatement(
  { navigation, plan, top, isCount }: Expansion,
  keys: string[],
  reader: Reader,
  profile: Profile,
  limit: number,
): Statement {
  const {
    source: { alias, type },
    filter,
    search,
    order,
    selection,
    computed,
    notation,
    follow,
    skip,
  } = plan
  const parameters = new Parameters()
  const compiler = new Compiler(parameters, reader)
  const isWhole = !navigation.isCollection ||
    (top === undefined && skip === 0 && !plan.withCount)
  const byKey = isWhole && !isCount && asksWholeRecords(plan, navigation.to)
    ? recordsByKey(plan.source, navigation.to, keys, parameters)
    : undefined
  const link = byKey ? `${alias}.link` : `${alias}.${identifier(navigation.to)}`
  const conditions = [
    ...(byKey
      ? ['true']
      : [`${link} = any (${parameters.add(keys, 'text[]')})`, readableLinkedRows(alias, reader, parameters)]),
    ...(search ? [matchesRow(search, parameters)] : []),
    ...(filter ? [compiler.condition(filter)] : []),
  ]
  const from = `from ${byKey ?? `${tableOf(type)} ${alias}`} where ${conditions.join(' and ')}`
  if (isCount) {
    return {
      text: `select ${link}, 0, count(*)::text, false ${from} group by 1`,
      values: parameters.values,
    }
  }

  const ordering = orderBy(sortKeys(order, alias, compiler))
  const count = isWhole ? `'0'` : `(count(*) over (partition by ${link}))::text`
  const columns = [
    link,
    `${alias}.stamp`,
    ...follow.map(({ from }) => byKey ? link : `${alias}.${identifier(from)}`),
    ...computedColumns(computed, compiler, notation),
    ...memberColumns(alias, type, selection, profile, notation),
  ]
  if (isWhole) {
    const [key, stamp, ...rest] = columns
    return {
      text: `select ${
        [key, stamp, count, 'true', ...rest].join(', ')
      } ${from} order by ${link}, ${ordering} limit ${limit}`,
      values: parameters.values,
    }
  }
  // The first row is always read: it brings the count even where $top or $skip hides every entity.
  const isShown = `r.place > ${skip}${top === undefined ? '' : ` and r.place <= ${skip + top}`}`
  const inner = `select ${alias}.${
    isUnited(type) ? 'seq' : 'record_id'
  }, ${link} as key, ${count} as total, row_number() over (partition by ${link} order by ${ordering}) as place ${from}`
  const [, stamp, ...rest] = columns
  return {
    text: `select r.key, ${[stamp, 'r.total', isShown, ...rest].join(', ')} from (${inner}) r ${
      joinedAgain(type, alias)
    } where r.place = 1 or (${isShown}) order by r.key, r.place limit ${limit}`,
    values: parameters.values,
  }
}

/** What takes the columns of the rows apart. */
export function expansionRows(
  { plan: { source, follow, ...shown }, isCount }: Expansion,
): (columns: TextRow) => ExpansionRow {
  const links = 4
  const first = links + follow.length
  const members = withComputed(source.type, shown)
  return (columns) => {
    const [key, stamp, count, isShown] = columns as [string, string, string, string]
    return {
      key,
      stamp,
      count,
      isShown: isShown === 't' && !isCount,
      links: columns.slice(links, first),
      members: isCount ? '' : members(columns, first),
    }
  }
}
