/**
 * Several ordered lists, read page by page, as one. Of each the place behind the last row taken is known, so a page that was
 * read and not used up is read again from there: rows that come, go or move meanwhile are neither lost nor given twice.
 */
import type { Mark, SortedBy } from '../marks/marks.ts'
import { compareRows } from './compare.ts'

/** Where a list stands: the token of its next page, '' before its first, null at its end. */
export type Place = string | null

export interface ListPage {
  rows: { mark: Mark; text: string }[]
  /** Whether there is more behind it. */
  hasMore: boolean
}

export interface Taken {
  list: number
  mark: Mark
  text: string
}

/** A list, a page of it at a time. */
class Reading {
  private page: ListPage | undefined
  private at = 0

  constructor(public place: Place, private readonly read: (place: string) => Promise<ListPage>) {}

  /** The next row; undefined at the end. */
  async head(): Promise<ListPage['rows'][number] | undefined> {
    while (this.place !== null) {
      this.page ??= await this.read(this.place)
      const row = this.page.rows[this.at]
      if (row) return row
      this.turn()
    }
    return undefined
  }

  /** Takes the row that head() has shown. */
  take(): void {
    const page = this.page!
    const { mark: [, token] } = page.rows[this.at++]!
    this.place = token
    if (this.at === page.rows.length) this.turn()
  }

  private turn(): void {
    const { rows, hasMore } = this.page!
    // an empty page that says there is more would be asked for for ever
    if (!hasMore || rows.length === 0) this.place = null
    this.page = undefined
    this.at = 0
  }
}

export interface Merged {
  rows: Taken[]
  /** Where each list stands behind the rows. */
  places: Place[]
}

/**
 * Takes rows until `isFull` says so or there are none. Without an order the lists come one after the other.
 *
 * @param isFull is asked with what was taken so far: first without the row that would be next, which costs a page where one
 *   has just been used up, then with it
 */
export async function merge(
  places: Place[],
  order: readonly SortedBy[],
  read: (list: number, place: string) => Promise<ListPage>,
  isFull: (rows: Taken[], next?: Mark) => boolean,
): Promise<Merged> {
  const lists = places.map((place, list) => new Reading(place, (at) => read(list, at)))
  const rows: Taken[] = []
  while (!isFull(rows)) {
    const list = order.length === 0 ? await firstWithRow(lists) : await least(lists, order)
    if (list === undefined) break
    const row = (await lists[list]!.head())!
    if (isFull(rows, row.mark)) break
    rows.push({ list, ...row })
    lists[list]!.take()
  }
  return { rows, places: lists.map(({ place }) => place) }
}

async function firstWithRow(lists: Reading[]): Promise<number | undefined> {
  for (const [index, list] of lists.entries()) if (await list.head()) return index
  return undefined
}

/** The list whose next row comes first; of equals the first list. */
async function least(lists: Reading[], order: readonly SortedBy[]): Promise<number | undefined> {
  const heads = await Promise.all(lists.map((list) => list.head()))
  let found: number | undefined
  heads.forEach((head, index) => {
    if (!head) return
    if (found === undefined || compareRows(order, head.mark[0], heads[found]!.mark[0]) < 0) found = index
  })
  return found
}
