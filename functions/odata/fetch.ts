/** Reading a page with everything expanded in it. */
import { HubError } from '../_shared/http/errors.ts'
import { createTurns } from '../_shared/http/turns.ts'
import { countStatement, type PageRow, pageRow, pageStatements } from '../_shared/query/collection.ts'
import { expansionRow, expansionStatement } from '../_shared/query/expansion.ts'
import type { Cursor } from '../_shared/query/keyset.ts'
import type { Expansion, Plan } from '../_shared/query/plan.ts'
import { read, type Run } from '../_shared/query/reader.ts'
import type { Statement } from '../_shared/query/statement.ts'
import type { Call } from './answer.ts'
import { type EntityParts, entityStyle, type MemberText, writeEntity } from './json.ts'
import { referenceStyle, referenceTo } from './references.ts'

/**
 * Entities expanded in one answer: beyond it memory, not time, would run out. With a heap of 160 MB one page with 45,000
 * photos goes through, four at a time do not; of 20,000 eight do.
 */
const maxExpanded = 25_000
/** Large pages with collections in them are read two at a time: what they hold adds up. */
const takeTurn = createTurns({ places: 2, waitMs: 20_000 })
const largePage = 200

export interface Page {
  entities: EntityParts[]
  /** Where the next page begins, if there is one. */
  next?: Cursor
  count?: string
}

export function fetchPage(
  plan: Plan,
  call: Call,
  hasAnnotations: boolean,
): Promise<Page> {
  const { client, model } = call
  const statements = pageStatements(plan, client, model.profile)
  // A link that leaves by the field that the path states is known before its entity is read.
  const isKnown = ({ navigation }: Expansion) => plan.link?.field === navigation.from
  const atOnce = statements.length === 1 &&
    plan.expansions.every((expansion) => isKnown(expansion) && expansion.plan.expansions.length === 0)

  const isLarge = plan.limit > largePage && plan.expansions.some(({ navigation }) => navigation.isCollection)
  const reading = () => read(client, work, { atOnce })
  return isLarge ? takeTurn(reading) : reading()

  async function work(run: Run): Promise<Page> {
    const [rows, counted, early] = await Promise.all([
      fetchRows(plan, statements, run),
      plan.withCount ? run(countStatement(plan, client)) : undefined,
      Promise.all(
        plan.expansions.map((expansion) =>
          isKnown(expansion) ? expand(expansion, [plan.link!.value], run) : undefined
        ),
      ),
    ])
    const shown = rows.slice(0, plan.limit)
    const expanded = await Promise.all(
      plan.expansions.map((expansion, index) =>
        early[index] ?? expand(expansion, shown.map(({ links }) => links[index]!), run)
      ),
    )
    return {
      entities: expanded.length === 0 ? shown : shown.map(({ stamp, members, links }) => ({
        stamp,
        members: [...members, ...expanded.map((textOf, index) => textOf(links[index]!))],
      })),
      next: rows.length > plan.limit ? shown.at(-1)?.cursor : undefined,
      count: counted?.[0]?.[0] ?? undefined,
    }
  }

  /** Reads what is behind these links; the answer gives for each the member of its entity: `"Media":[...]`. */
  async function expand(
    expansion: Expansion,
    links: (string | null)[],
    run: Run,
  ): Promise<(link: string | null) => MemberText> {
    const { navigation, plan, isCount, isReference } = expansion
    const keys = [...new Set(links.filter((link) => link !== null))]
    const rows = keys.length === 0 ? [] : (await run(
      expansionStatement(
        expansion,
        keys,
        client,
        model.profile,
        maxExpanded + 1,
      ),
    ))
      .map((columns) => expansionRow(expansion, columns))
    if (rows.length > maxExpanded) {
      throw new HubError(
        'too_costly',
        `More than ${maxExpanded} entities would be expanded: ask for smaller pages.`,
        {
          target: '$expand',
        },
      )
    }
    const nested = await Promise.all(
      plan.expansions.map((inner, index) => expand(inner, rows.map(({ links }) => links[index]!), run)),
    )
    const style = entityStyle(navigation.type, plan.selection, hasAnnotations)
    const byKey = new Map<string, { pieces: string[]; count: string }>()
    for (const row of rows) {
      const group = byKey.get(row.key) ?? { pieces: [], count: row.count }
      byKey.set(row.key, group)
      const isFull = !navigation.isCollection && group.pieces.length > 0
      if (!row.isShown || isFull) continue
      const members = [...row.members, ...nested.map((textOf, index) => textOf(row.links[index]!))]
      const entity = { stamp: row.stamp, members }
      if (group.pieces.length > 0) group.pieces.push(',')
      if (isReference) writeEntity(group.pieces, referenceTo(navigation.type, entity), referenceStyle)
      else writeEntity(group.pieces, entity, style)
    }
    return (link) => {
      const group = link === null ? undefined : byKey.get(link)
      const { name } = navigation
      if (isCount) return `"${name}@odata.count":${group?.count ?? 0}`
      if (!navigation.isCollection) {
        return group?.pieces.length ? [`"${name}":`, ...group.pieces] : `"${name}":null`
      }
      const count = plan.withCount ? `"${name}@odata.count":${group?.count ?? 0},` : ''
      return group ? [`${count}"${name}":[`, ...group.pieces, ']'] : `${count}"${name}":[]`
    }
  }
}

/** Reads stage after stage until the page is full and one row more is known. */
async function fetchRows(
  plan: Plan,
  statements: ((missing: number) => Statement)[],
  run: Run,
): Promise<PageRow[]> {
  const wanted = plan.limit === 0 ? 0 : plan.limit + 1
  const rows: PageRow[] = []
  for (const statement of statements) {
    if (rows.length >= wanted) break
    const found = await run(statement(wanted - rows.length))
    for (const columns of found) rows.push(pageRow(plan, columns))
  }
  return rows
}
