import {
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../i18n/index.ts'
import { cx } from './cx.ts'
import { Empty } from './parts.tsx'

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns })

export interface Column<Data> {
  id: string
  title: string
  cell: (row: Data) => ReactNode
  /** What it is sorted by. */
  by?: (row: Data) => string | number | null | undefined
  end?: boolean
}

/** A table of what an answer holds, sorted by the columns that can be. Long lists page at the hub, not here. */
export function DataTable<Data extends object>(
  { rows, columns, caption, empty, rowKey }: {
    rows: readonly Data[]
    columns: Column<Data>[]
    caption: string
    empty: ReactNode
    rowKey?: (row: Data, index: number) => string
  },
) {
  const table = useTable({
    features,
    data: rows as Data[],
    columns: columns.map(({ id, title, by }) => ({
      id,
      header: title,
      accessorFn: (row: Data) => by?.(row) ?? null,
      enableSorting: by !== undefined,
    })),
    getRowId: rowKey,
  })
  if (rows.length === 0) return <Empty>{empty}</Empty>
  return (
    <div
      className='relative overflow-x-auto rounded-lg border bg-card'
      tabIndex={0}
      role='region'
      aria-label={caption}
    >
      <table className='w-full text-left text-sm'>
        <caption className='sr-only'>{caption}</caption>
        <thead className='border-b bg-sunken text-xs text-muted'>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map(({ column }, at) => (
                <th
                  key={column.id}
                  scope='col'
                  aria-sort={sortOf(column.getIsSorted())}
                  className={columns[at]?.end ? 'px-3 py-2 text-right' : 'px-3 py-2'}
                >
                  {column.getCanSort()
                    ? (
                      <button
                        type='button'
                        onClick={column.getToggleSortingHandler()}
                        className='inline-flex items-center gap-1 font-semibold hover:text-ink'
                      >
                        {columns[at]?.title}
                        {column.getIsSorted() === 'asc' && <ArrowUp size={12} aria-hidden />}
                        {column.getIsSorted() === 'desc' && <ArrowDown size={12} aria-hidden />}
                      </button>
                    )
                    : columns[at]?.title || <span className='sr-only'>{t('common.actions')}</span>}
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className='border-b last:border-0'>
              {columns.map(({ id, title, cell, end }) => (
                <td
                  key={id}
                  className={cx(
                    'px-3 py-2',
                    // texts of others may break anywhere, but not after each letter; buttons nowhere
                    end
                      ? 'text-right tabular-nums'
                      : title === ''
                      ? 'bg-card whitespace-nowrap lg:sticky lg:right-0'
                      : 'foreign min-w-28',
                  )}
                >
                  {cell(row.original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function sortOf(sorted: false | 'asc' | 'desc') {
  return sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined
}
