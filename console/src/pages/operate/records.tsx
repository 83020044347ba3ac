import type { ReactNode } from 'react'
import { t } from '../../i18n/index.ts'
import { dateTime, words } from '../../lib/format.ts'
import { askDoor, type ListPage, usePages } from '../../lib/pages.ts'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'

export type Entry = Record<string, unknown>

/** So many members have a column of their own; the rest stands in one. */
const mostColumns = 10

/**
 * The rows of a door's answer, a column for each member that any row has: for lists that grow members of their own.
 * `turn` is how the door names the page behind.
 */
export function Records(
  { path, turn = 'after', caption, empty, acts, hide = [] }: {
    path: string
    turn?: 'before' | 'after'
    caption: string
    empty: string
    acts?: (row: Entry) => ReactNode
    hide?: string[]
  },
) {
  const records = usePages<Entry>({
    queryKey: ['door', path],
    ask: async (_last, _signal, next) => pageOf(await askDoor(path, turn, next)),
  })
  return (
    <>
      <Load of={records}>
        {(rows) => {
          const names = [...new Set(rows.flatMap(Object.keys))].filter((name) =>
            !hide.includes(name) && !name.endsWith('_hash') && !rows.every((row) => isEmpty(row[name]))
          )
          const columns: Column<Entry>[] = names.slice(0, mostColumns).map((name) => ({
            id: name,
            title: words(name),
            by: (row) => scalar(row[name]),
            cell: (row) => <Cell of={row[name]} label={words(name)} />,
          }))
          const rest = names.slice(mostColumns)
          if (rest.length > 0) {
            columns.push({
              id: 'rest',
              title: t('common.further'),
              cell: (row) => (
                <Json
                  of={Object.fromEntries(rest.map((name) => [name, row[name]]))}
                  label={t('common.further')}
                />
              ),
            })
          }
          return (
            <DataTable
              rows={rows}
              caption={caption}
              empty={empty}
              columns={acts ? [...columns, { id: 'acts', title: '', cell: acts }] : columns}
            />
          )
        }}
      </Load>
      <More of={records} name={caption} />
    </>
  )
}

function pageOf(given: Entry): ListPage<Entry> {
  const rows = Object.values(given).find(Array.isArray) as Entry[] | undefined
  const next = given.next as string | undefined
  return {
    rows: rows ?? Object.entries(given).map(([name, value]) => ({ name, value })),
    next,
    isLast: next === undefined,
  }
}

function scalar(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number'
    ? value
    : value === null || value === undefined
    ? null
    : JSON.stringify(value)
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || Array.isArray(value) && value.length === 0
}

function Cell({ of, label }: { of: unknown; label: string }) {
  if (isEmpty(of)) return '–'
  if (Array.isArray(of) && of.every((one) => typeof one === 'string')) return of.join(', ')
  if (typeof of === 'string' && isTime.test(of)) return dateTime(of)
  return typeof of === 'object' ? <Json of={of} label={label} /> : String(of)
}
