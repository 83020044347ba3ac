import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { t, textOf } from '../../i18n/index.ts'
import { useFilters } from '../../lib/filters.ts'
import { ago, number } from '../../lib/format.ts'
import { counted, hub, type Row } from '../../lib/hub.ts'
import { behind, counting, usePages } from '../../lib/pages.ts'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { PageHead } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { cx } from '../../ui/cx.ts'

type Copied = Pick<
  Row<'mls_listing_media'>,
  | 'id'
  | 'title'
  | 'media_key'
  | 'origin_system'
  | 'copy_status'
  | 'copy_error'
  | 'listing_id'
  | 'updated_at'
>

const pageSize = 100
const states = ['failed', 'pending', 'stored', 'linked', 'forbidden']

/** What became of the copies of pictures. */
export function Page() {
  const [filters, change] = useFilters()
  const state = filters.state ?? 'failed'
  const counts = useQuery({
    queryKey: ['media', 'counts'],
    queryFn: () =>
      Promise.all(states.map(async (name) => ({
        name,
        count: (await counted(
          hub().from('mls_listing_media').select('id', { count: 'exact', head: true }).eq(
            'copy_status',
            name,
          ),
        )).count,
      }))),
  })
  const media = usePages({
    queryKey: ['media', state],
    ask: async (last: Copied | undefined, signal) => {
      let question = hub().from('mls_listing_media').select(
        'id, title, media_key, origin_system, copy_status, copy_error, listing_id, updated_at',
        { count: 'exact' },
      ).eq('copy_status', state)
      if (last) {
        question = question.or(
          behind({ column: 'updated_at', value: last.updated_at, id: last.id, falling: true }),
        )
      }
      return counting(
        await counted(
          question.order('updated_at', { ascending: false }).order('id', { ascending: false })
            .limit(pageSize).abortSignal(signal),
        ),
      )
    },
  })
  return (
    <>
      <PageHead title={t('nav.media')} intro={t('media.intro')} />
      <Load of={counts} lines={1}>
        {(rows) => (
          <ul className='mb-3 flex flex-wrap gap-2'>
            {rows.map(({ name, count }) => (
              <li key={name}>
                <button
                  type='button'
                  aria-pressed={name === state}
                  onClick={() => change({ state: name })}
                  className={cx(
                    'min-h-9 rounded-md border px-3 text-sm',
                    name === state ? 'bg-accent-soft text-accent' : 'bg-card',
                  )}
                >
                  {textOf('copy', name)}: {number(count)}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Load>
      <Load of={media}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('nav.media')}
            empty={t('media.none')}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'title',
                title: t('common.name'),
                by: ({ title }) => title,
                cell: (row) =>
                  row.listing_id
                    ? (
                      <Link
                        to='/listings/$id'
                        params={{ id: row.listing_id }}
                        search={{ tab: 'photos' }}
                        className='text-accent underline'
                      >
                        {row.title ?? row.media_key}
                      </Link>
                    )
                    : row.title ?? row.media_key,
              },
              {
                id: 'source',
                title: t('common.source'),
                by: ({ origin_system }) => origin_system,
                cell: ({ origin_system }) => origin_system ?? '–',
              },
              {
                id: 'status',
                title: t('common.status'),
                by: ({ copy_status }) => copy_status,
                cell: ({ copy_status }) => textOf('copy', copy_status),
              },
              {
                id: 'error',
                title: t('moves.reason'),
                by: ({ copy_error }) => copy_error,
                cell: ({ copy_error }) => copy_error ?? '–',
              },
              {
                id: 'at',
                title: t('common.when'),
                by: ({ updated_at }) => updated_at,
                cell: ({ updated_at }) => ago(updated_at),
              },
            ]}
          />
        )}
      </Load>
      <More of={media} name={t('nav.media')} />
    </>
  )
}
