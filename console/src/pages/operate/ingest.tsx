import { useQuery } from '@tanstack/react-query'
import { type FormEvent } from 'react'
import { t } from '../../i18n/index.ts'
import { useFilters } from '../../lib/filters.ts'
import { dateTime, number } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Card, PageHead, StatusBadge } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Counts } from './source.tsx'

interface Run {
  run_id: string
  source: string
  office_key: string
  resource: string
  mode: string
  status: string
  totals: Record<string, number>
  batches: number
  flagged_deleted: number | null
  started_at: string
  duration_seconds: number | null
  closed_because: string | null
}

interface Receipt {
  batch_id: string
  totals: Record<string, number>
  records: {
    index: number
    key: string | null
    outcome: string
    reason?: string
    warnings?: unknown[]
    errors?: { field?: string; message: string }[]
  }[]
}

interface Dangling {
  resource: string
  field: string
  missing_key: string
  office_key: string
  records: number
  since: string
}

/** What came in: runs, receipts of batches, references that lead nowhere yet. */
export function Page() {
  const [filters, change] = useFilters()
  const runs = usePages<Run>({
    ...ofDoor<Run>('ingest/runs?limit=100', 'runs', 'before'),
    refetchInterval: 10_000,
  })
  const dangling = useQuery({
    queryKey: ['ingest', 'dangling'],
    queryFn: async () => (await door<{ dangling: Dangling[] }>('ingest/dangling')).dangling,
  })
  const receipt = useQuery({
    queryKey: ['ingest', 'receipt', filters.batch],
    enabled: !!filters.batch,
    retry: false,
    queryFn: () => door<Receipt>(`ingest/receipts/${encodeURIComponent(filters.batch!)}`),
  })
  const look = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    change({ batch: String(new FormData(event.currentTarget).get('batch')).trim() })
  }
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.ingest')} intro={t('ingest.intro')} />
      <Load of={runs}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('ingest.runs')}
            empty={t('ingest.no_runs')}
            rowKey={({ run_id }) => run_id}
            columns={[
              {
                id: 'at',
                title: t('common.when'),
                by: ({ started_at }) => started_at,
                cell: ({ started_at }) => dateTime(started_at),
              },
              {
                id: 'source',
                title: t('common.source'),
                by: ({ source }) => source,
                cell: ({ source }) => source,
              },
              {
                id: 'office',
                title: t('common.office'),
                by: ({ office_key }) => office_key,
                cell: ({ office_key }) => office_key,
              },
              {
                id: 'resource',
                title: t('common.resource'),
                by: ({ resource }) => resource,
                cell: ({ resource }) => resource,
              },
              { id: 'mode', title: t('common.mode'), by: ({ mode }) => mode, cell: ({ mode }) => mode },
              {
                id: 'status',
                title: t('common.status'),
                by: ({ status }) => status,
                cell: ({ status, closed_because }) => (
                  <>
                    <StatusBadge status={status} /> {closed_because}
                  </>
                ),
              },
              { id: 'totals', title: t('common.outcomes'), cell: ({ totals }) => <Counts counts={totals} /> },
              {
                id: 'gone',
                title: t('ingest.flagged'),
                end: true,
                by: ({ flagged_deleted }) => flagged_deleted,
                cell: ({ flagged_deleted }) => number(flagged_deleted),
              },
            ]}
          />
        )}
      </Load>
      <More of={runs} name={t('ingest.runs')} />
      <Card title={t('ingest.receipt')}>
        <form onSubmit={look} className='mb-3 flex flex-wrap items-end gap-2'>
          <Input
            label={t('ingest.batch')}
            name='batch'
            required
            defaultValue={filters.batch}
            className='w-96'
          />
          <Button type='submit'>{t('ingest.look')}</Button>
        </form>
        {filters.batch && (
          <Load of={receipt} lines={2}>
            {({ totals, records }) => (
              <>
                <p className='mb-2 text-sm'>
                  <Counts counts={totals} />
                </p>
                <DataTable
                  rows={records}
                  caption={t('ingest.receipt')}
                  empty='–'
                  columns={[
                    { id: 'n', title: '#', by: ({ index }) => index, cell: ({ index }) => index },
                    { id: 'key', title: t('common.key'), by: ({ key }) => key, cell: ({ key }) => key },
                    {
                      id: 'outcome',
                      title: t('common.outcomes'),
                      by: ({ outcome }) => outcome,
                      cell: ({ outcome }) => outcome,
                    },
                    {
                      id: 'reason',
                      title: t('moves.reason'),
                      cell: ({ reason, errors }) =>
                        [reason, ...(errors ?? []).map(({ message }) => message)].filter(Boolean).join(': '),
                    },
                  ]}
                />
              </>
            )}
          </Load>
        )}
      </Card>
      <Card title={t('ingest.dangling')}>
        <p className='mb-2 text-sm text-muted'>{t('ingest.dangling_intro')}</p>
        <Load of={dangling} lines={2}>
          {(rows) => (
            <DataTable
              rows={rows}
              caption={t('ingest.dangling')}
              empty={t('ingest.no_dangling')}
              columns={[
                {
                  id: 'resource',
                  title: t('common.resource'),
                  by: ({ resource }) => resource,
                  cell: ({ resource, field }) => `${resource}.${field}`,
                },
                {
                  id: 'key',
                  title: t('common.key'),
                  by: ({ missing_key }) => missing_key,
                  cell: ({ missing_key }) => missing_key,
                },
                {
                  id: 'office',
                  title: t('common.office'),
                  by: ({ office_key }) => office_key,
                  cell: ({ office_key }) => office_key,
                },
                {
                  id: 'records',
                  title: t('common.records'),
                  end: true,
                  by: ({ records }) => records,
                  cell: ({ records }) => number(records),
                },
              ]}
            />
          )}
        </Load>
      </Card>
    </div>
  )
}
