/** Reading a page with everything expanded in it. */
import { HubError } from '../_shared/http/errors.ts'
import { countStatement, type PageRow, pageRow, pageStatements } from '../_shared/query/collection.ts'
import { expansionRow, expansionStatement } from '../_shared/query/expansion.ts'
import type { Cursor } from '../_shared/query/keyset.ts'
import type { Expansion, Plan } from '../_shared/query/plan.ts'
import { read, type Run } from '../_shared/query/reader.ts'
import { showsStamp } from '../_shared/query/selection.ts'
import type { Call } from './answer.ts'
import { type EntityParts, entityText } from './json.ts'

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
  return read(client, async (run) => {
    const count = plan.withCount ? run(countStatement(plan, client)) : undefined
    const [rows, counted] = await Promise.all([
      fetchRows(plan, call, run),
      count,
    ])
    const shown = rows.slice(0, plan.limit)
    const expanded = await Promise.all(
      plan.expansions.map((expansion, index) =>
        expand(expansion, shown.map(({ links }) => links[index]!), run)
      ),
    )
    return {
      entities: shown.map((row, place) => ({
        stamp: row.stamp,
        members: [...row.members, ...expanded.map((texts) => texts[place]!)],
      })),
      next: rows.length > plan.limit ? shown.at(-1)?.cursor : undefined,
      count: counted?.[0]?.[0] as string | undefined,
    }
  })

  /** Members for each parent, in order: `"Media":[...]`. */
  async function expand(
    expansion: Expansion,
    links: (string | null)[],
    run: Run,
  ): Promise<string[]> {
    const { navigation, plan, isCount } = expansion
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
    rows.forEach((row, place) => {
      const group = byKey.get(row.key) ?? { texts: [], count: row.count }
      byKey.set(row.key, group)
      if (!row.isShown) return
      const members = [...row.members, ...nested.map((texts) => texts[place]!)]
      group.texts.push(entityText({ stamp: row.stamp, members }, style))
    })
    return links.map((link) => {
      const group = link === null ? undefined : byKey.get(link)
      const { name } = navigation
      if (isCount) return `"${name}@odata.count":${group?.count ?? 0}`
      if (!navigation.isCollection) {
        return `"${name}":${group?.texts[0] ?? 'null'}`
      }
      const count = plan.withCount ? `"${name}@odata.count":${group?.count ?? 0},` : ''
      return `${count}"${name}":[${group?.texts.join(',') ?? ''}]`
    })
  }
}

/** Reads stage after stage until the page is full and one row more is known. */
async function fetchRows(
  plan: Plan,
  { client, model }: Call,
  run: Run,
): Promise<PageRow[]> {
  const wanted = plan.limit === 0 ? 0 : plan.limit + 1
  const rows: PageRow[] = []
  for (const statement of pageStatements(plan, client, model.profile)) {
    if (rows.length >= wanted) break
    const found = await run(statement(wanted - rows.length))
    for (const columns of found) rows.push(pageRow(plan, columns))
  }
  return rows
}
