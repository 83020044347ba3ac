/** Reading a page with everything expanded in it. */
import { HubError } from '../_shared/http/errors.ts'
import { countStatement, type PageRow, pageRow, pageStatements } from '../_shared/query/collection.ts'
import { expansionRow, expansionStatement } from '../_shared/query/expansion.ts'
import type { Cursor } from '../_shared/query/keyset.ts'
import type { Expansion, Plan } from '../_shared/query/plan.ts'
import { read, type Run } from '../_shared/query/reader.ts'
import { showsStamp } from '../_shared/query/selection.ts'
import type { Statement } from '../_shared/query/statement.ts'
import type { Call } from './answer.ts'
import { type EntityParts, entityText } from './json.ts'
import { referenceStyle, referenceTo } from './references.ts'

/** Entities expanded in one answer: beyond it memory, not time, would run out. */
const maxExpanded = 50_000

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

  return read(client, async (run) => {
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
      entities: shown.map(({ stamp, members, links }) => ({
        stamp,
        members: [...members, ...expanded.map((textOf, index) => textOf(links[index]!))],
      })),
      next: rows.length > plan.limit ? shown.at(-1)?.cursor : undefined,
      count: counted?.[0]?.[0] ?? undefined,
    }
  }, { atOnce })

  /** Reads what is behind these links; the answer gives for each the member of its entity: `"Media":[...]`. */
  async function expand(
    expansion: Expansion,
    links: (string | null)[],
    run: Run,
  ): Promise<(link: string | null) => string> {
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
    const style = { hasAnnotations, showsStamp: showsStamp(plan.selection) }
    const byKey = new Map<string, { texts: string[]; count: string }>()
    for (const row of rows) {
      const group = byKey.get(row.key) ?? { texts: [], count: row.count }
      byKey.set(row.key, group)
      if (!row.isShown) continue
      const members = [...row.members, ...nested.map((textOf, index) => textOf(row.links[index]!))]
      const entity = { stamp: row.stamp, members }
      group.texts.push(
        isReference
          ? entityText(referenceTo(navigation.type, entity), referenceStyle)
          : entityText(entity, style),
      )
    }
    return (link) => {
      const group = link === null ? undefined : byKey.get(link)
      const { name } = navigation
      if (isCount) return `"${name}@odata.count":${group?.count ?? 0}`
      if (!navigation.isCollection) {
        return `"${name}":${group?.texts[0] ?? 'null'}`
      }
      const count = plan.withCount ? `"${name}@odata.count":${group?.count ?? 0},` : ''
      return `${count}"${name}":[${group?.texts.join(',') ?? ''}]`
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
