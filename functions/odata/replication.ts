/**
 * `?replication=true`: a whole collection, once, as cheaply as it goes. Pages follow the order of insertion, which no
 * change of a record moves, or that of keys, $top is their size, and every page says from where on the changes lie that the scan may have missed. The greatest
 * ModificationTimestamp among the records would not do: it may come from a record that was changed after one that had
 * been read already.
 */
import { HubError } from '../_shared/http/errors.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import type { Notation } from '../_shared/odata/plan/notation.ts'
import type { Plan } from '../_shared/odata/plan/plan.ts'
import type { OrderByItem } from '../_shared/odata/syntax/ast.ts'
import type { Call } from './call.ts'
import { stampTime } from './json.ts'

/**
 * Records of a page that are not whole: a choice of fields, and nothing expanded. Whole ones stay at the 1,000 of every
 * page; of twice as many, with letters beyond Latin-1, four pages at a time exhaust a heap of 160 MB.
 */
const maxNarrowPage = 2_000
const mostFields = 40

/** The largest page of a scan; `most` is that of other queries. */
export function largestPage({ selection, expansions }: Plan, most: number): number {
  const isNarrow = selection !== 'all' && selection.length <= mostFields && expansions.length === 0
  return isNarrow ? maxNarrowPage : most
}

/** What would cost an order of its own, or lose the place. */
const excluded = ['skip', 'search'] as const

export function isReplication({ options }: Call, { name, key }: EntityType): boolean {
  const option = options.custom.find(({ name }) => name === 'replication')
  if (!option || option.value === 'false') return false
  if (option.value !== 'true') {
    throw new HubError('invalid_parameter', 'replication is true or false.', { target: 'replication' })
  }
  const other = excluded.find((name) => options[name] !== undefined)
  if (other) {
    const message =
      `$${other} cannot be joined with replication=true, whose pages follow the order of insertion.`
    throw new HubError('invalid_query', message, { target: `$${other}` })
  }
  if (options.orderby && !isByKey(options.orderby, key)) {
    const message =
      `replication=true follows the order of insertion, or that of $orderby=${key}: no other order of ${name} stays in its place while records change.`
    throw new HubError('invalid_query', message, { target: '$orderby' })
  }
  return true
}

/** Keys never change, so their order keeps its place as that of insertion does. */
function isByKey([item, ...rest]: OrderByItem[], key: string): boolean {
  const expression = item?.expression
  if (rest.length > 0 || item?.descending || expression?.kind !== 'member') return false
  const [step, ...further] = expression.path
  const fromHere = expression.root === undefined || expression.root.kind === 'it'
  return fromHere && further.length === 0 && step?.kind === 'name' && step.name === key && !step.arguments
}

/** The member of an answer that says where to go on: for records, and for EntityEvent. */
export function changesAfter(stamp: string, { numbersAsText, stampsInMilliseconds }: Notation): string {
  const sequence = numbersAsText ? `"${stamp}"` : stamp
  return `"@mls.changesAfter":{"ModificationTimestamp":"${
    stampTime(stamp, stampsInMilliseconds)
  }","EntityEventSequence":${sequence}}`
}
