/** Reading a page with everything expanded in it. */
import type { Selection } from '../_shared/odata/plan/selection.ts'
import type { TextRow } from '../_shared/db/pipeline.ts'
import { limitConcurrency } from '../_shared/http/concurrency-limit.ts'
import { HubError } from '../_shared/http/errors.ts'
import { statedValue } from '../_shared/odata/plan/collection-query.ts'
import type { Cursor } from '../_shared/odata/plan/keyset.ts'
import { lengthOfPage, mostBeyond, type PageEnd } from '../_shared/odata/plan/milliseconds.ts'
import type { Expansion, Plan } from '../_shared/odata/plan/plan.ts'
import { countStatement, cursorOf, pageRows, pageStatements } from '../_shared/odata/sql/collection.ts'
import { expansionRows, expansionStatement } from '../_shared/odata/sql/expansion.ts'
import { read, type Run } from '../_shared/odata/sql/read.ts'
import type { Statement } from '../_shared/odata/sql/statement.ts'
import type { Model } from '../_shared/odata/model/model.ts'
import type { Reader } from '../_shared/odata/model/reader.ts'
import { countText, type EntityParts, entityStyle, entityText, withComma } from './json.ts'
import { referenceStyle, referenceTo } from './references.ts'

/** Entities expanded in one answer: beyond it memory, not time, would run out. */
const maxExpanded = 25_000
/** Chosen fields are values of their own: of 27 fields 25,000 records fit, of 45 no longer. */
const maxValues = 650_000
const mostOf = (selection: Selection) =>
  selection === 'all' ? maxExpanded : Math.min(maxExpanded, Math.floor(maxValues / selection.length))
/**
 * Large pages with collections in them are read one after the other: what they hold adds up. With 24 callers of 24,500
 * photos each the process of this door reaches 310 MB, with two pages at a time 440; one alone 220.
 */
const oneAtATime = limitConcurrency({ most: 1, waitMs: 20_000 })
const largePage = 200

export interface Page {
  entities: EntityParts[]
  /** Where the next page begins, if there is one. */
  next?: Cursor
  count?: string
  /** Of each entity, where a page would end with it. */
  cursors: Cursor[]
}

export function readPage(
  plan: Plan,
  { reader, model }: { reader: Reader; model: Model },
  hasAnnotations: boolean,
  hasMarks = false,
): Promise<Page> {
  const statements = pageStatements(plan, reader, model.profile)
  // A link that leaves by the field that the path states is known before its entity is read.
  const stated = statedValue(plan.link)
  const isKnown = ({ navigation }: Expansion) => stated !== undefined && plan.link?.field === navigation.from
  const atOnce = statements.length === 1 && plan.end === undefined &&
    plan.expansions.every((expansion) => isKnown(expansion) && expansion.plan.expansions.length === 0)

  const isLarge = plan.limit > largePage && plan.expansions.some(({ navigation }) => navigation.isCollection)
  const reading = () => read(reader, work, { atOnce })
  return isLarge ? oneAtATime(reading) : reading()

  async function work(run: Run): Promise<Page> {
    const [rows, counted, early] = await Promise.all([
      fetchRows(plan, statements, run),
      plan.withCount ? run(countStatement(plan, reader)) : undefined,
      Promise.all(
        plan.expansions.map((expansion) =>
          isKnown(expansion) ? expand(expansion, [stated!], run) : undefined
        ),
      ),
    ])
    const length = plan.end && plan.limit > 0 ? await completed(rows, plan.end, run) : plan.limit
    const read = rows.slice(0, length)
    const shown = read.map(pageRows(plan))
    const expanded = await Promise.all(
      plan.expansions.map((expansion, index) =>
        early[index] ?? expand(expansion, shown.map(({ links }) => links[index]!), run)
      ),
    )
    return {
      entities: expanded.length === 0 ? shown : shown.map(({ stamp, members, links }) => ({
        stamp,
        members: expanded.map((textOf, index) => textOf(links[index]!)).reduce(withComma, members),
      })),
      next: rows.length > length && length > 0 ? cursorOf(plan, rows[length - 1]!) : undefined,
      count: counted?.[0]?.[0] ?? undefined,
      cursors: hasMarks ? read.map((row) => cursorOf(plan, row)) : [],
    }
  }

  /** How many rows make the page that has to end so; those that it needs further are read. */
  async function completed(rows: TextRow[], end: PageEnd, run: Run): Promise<number> {
    const length = () => lengthOfPage(rows.map(([stamp]) => stamp!), plan.limit, end)
    const known = length()
    if (known !== undefined) return known
    const behind = { ...plan, cursor: cursorOf(plan, rows.at(-1)!), limit: mostBeyond[end] }
    rows.push(...await fetchRows(behind, pageStatements(behind, reader, model.profile), run))
    return length() ?? rows.length
  }

  /** Reads what is behind these links; the answer gives for each the member of its entity: `"Media":[...]`. */
  async function expand(
    expansion: Expansion,
    links: (string | null)[],
    run: Run,
  ): Promise<(link: string | null) => string> {
    const { navigation, plan, isCount, isReference } = expansion
    const keys = [...new Set(links.filter((link) => link !== null))]
    const most = mostOf(plan.selection)
    const rows = keys.length === 0 ? [] : (await run(
      expansionStatement(expansion, keys, reader, model.profile, most + 1),
    ))
      .map(expansionRows(expansion))
    if (rows.length > most) {
      throw new HubError(
        'too_costly',
        `More than ${most} entities would be expanded: ask for smaller pages.`,
        {
          target: '$expand',
        },
      )
    }
    const nested = await Promise.all(
      plan.expansions.map((inner, index) => expand(inner, rows.map(({ links }) => links[index]!), run)),
    )
    const style = entityStyle(navigation.type, plan.selection, hasAnnotations, plan.notation)
    const byKey = new Map<string, { entities: string; count: string }>()
    for (const row of rows) {
      const group = byKey.get(row.key) ?? { entities: '', count: row.count }
      byKey.set(row.key, group)
      const isFull = !navigation.isCollection && group.entities !== ''
      if (!row.isShown || isFull) continue
      const members = nested.map((textOf, index) => textOf(row.links[index]!)).reduce(withComma, row.members)
      const entity = { stamp: row.stamp, members }
      const text = isReference
        ? entityText(referenceTo(navigation.type, entity), referenceStyle)
        : entityText(entity, style)
      group.entities = withComma(group.entities, text)
    }
    return (link) => {
      const group = link === null ? undefined : byKey.get(link)
      const { name } = navigation
      const entities = group?.entities ?? ''
      const count = `"${name}@odata.count":${countText(group?.count ?? 0, plan.notation)}`
      if (isCount) return count
      if (!navigation.isCollection) return `"${name}":${entities || 'null'}`
      return `${plan.withCount ? `${count},` : ''}"${name}":[${entities}]`
    }
  }
}

/** Reads stage after stage until the page is full and one row more is known. */
async function fetchRows(
  plan: Plan,
  statements: ((missing: number) => Statement)[],
  run: Run,
): Promise<TextRow[]> {
  const wanted = plan.limit === 0 ? 0 : plan.limit + 1
  const rows: TextRow[] = []
  for (const statement of statements) {
    if (rows.length >= wanted) break
    rows.push(...await run(statement(wanted - rows.length)))
  }
  return rows
}
