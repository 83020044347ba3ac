import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { dateTime, words } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'

export type Entry = Record<string, unknown>

/** The rows of a door's answer, a column for each member that any row has: for lists that grow members of their own. */
export function Records(
  { path, caption, empty, acts, hide = [] }: {
    path: string
    caption: string
    empty: string
    acts?: (row: Entry) => ReactNode
    hide?: string[]
  },
) {
  const records = useQuery({
    queryKey: ['door', path],
    queryFn: async () => rowsOf(await door<unknown>(path)),
  })
  return (
    <Load of={records}>
      {(rows) => {
        const names = [...new Set(rows.flatMap(Object.keys))].filter((name) =>
          !hide.includes(name) && !name.endsWith('_hash') && !rows.every((row) => isEmpty(row[name]))
        ).slice(0, 10)
        const columns: Column<Entry>[] = names.map((name) => ({
          id: name,
          title: words(name),
          by: (row) => scalar(row[name]),
          cell: (row) => <Cell of={row[name]} label={words(name)} />,
        }))
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
  )
}

function rowsOf(given: unknown): Entry[] {
  if (Array.isArray(given)) return given as Entry[]
  const list = Object.values(given as Entry ?? {}).find(Array.isArray)
  if (list) return list as Entry[]
  return Object.entries(given as Entry ?? {}).map(([name, value]) => ({ name, value }))
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
