import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { t, textOf } from '../i18n/index.ts'
import { useFilters } from '../lib/filters.ts'
import { ago, number } from '../lib/format.ts'
import { all, answer, counted, hub } from '../lib/hub.ts'
import { Select } from '../ui/fields.tsx'
import { Load } from '../ui/load.tsx'
import { Card, PageHead, StatusBadge } from '../ui/parts.tsx'
import { DataTable } from '../ui/table.tsx'
import { bars, daysOfBar, kinds, sums } from './bars.ts'
import { stages } from './board.tsx'

/** By kind; told apart by eyes that tell no red from green. */
const colors = ['#4477aa', '#ee8866', '#228833', '#aa3377', '#999933']

/** Figures of the market. Each leads to the rows behind it. */
export function Page() {
  const [filters, change] = useFilters()
  const days = Math.min(Math.max(Math.trunc(Number(filters.days)) || 30, 1), 3_650)
  const since = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  const daily = useQuery({
    queryKey: ['dashboard', 'daily', since],
    queryFn: () =>
      all((from, to) =>
        hub().rpc('dashboard_daily', { since }).order('day').order('origin_system').order('office_key').range(
          from,
          to,
        )
      ),
  })
  const inStage = useQuery({
    queryKey: ['dashboard', 'stages', since],
    queryFn: () => answer(hub().rpc('dashboard_stages', { since })),
  })
  const freshness = useQuery({
    queryKey: ['dashboard', 'freshness'],
    queryFn: () =>
      all((from, to) =>
        hub().from('source_freshness').select('*').order('office_key').order('resource').range(from, to)
      ),
  })
  const counts = useQuery({
    queryKey: ['dashboard', 'counts'],
    queryFn: async () => {
      const count = async (question: PromiseLike<{ data: unknown; error: unknown; count: number | null }>) =>
        (await counted(question)).count
      const inbox = count(hub().from('listing_inbox').select('id', { count: 'exact', head: true }))
      const board = stages.map((stage) =>
        count(hub().from('broker_board').select('id', { count: 'exact', head: true }).eq('status', stage))
      )
      return { inbox: await inbox, board: await Promise.all(board) }
    },
  })
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.dashboard')} intro={t('dashboard.intro')}>
        <Select
          label={t('dashboard.days')}
          value={String(days)}
          onChange={({ target }) => change({ days: target.value })}
          options={['7', '30', '90', '365'].map((value) => ({
            value,
            label: t('board.days', { count: Number(value) }),
          }))}
        />
      </PageHead>
      <Load of={counts} lines={2}>
        {({ inbox, board }) => (
          <ul className='grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-2'>
            <Figure label={t('nav.inbox')} value={inbox}>
              <Link to='/inbox' className='absolute inset-0'>
                <span className='sr-only'>{t('nav.inbox')}</span>
              </Link>
            </Figure>
            {stages.map((stage, at) => (
              <Figure key={stage} label={textOf('status', stage)} value={board[at] ?? 0}>
                <Link to='/board' search={{ status: stage }} className='absolute inset-0'>
                  <span className='sr-only'>{textOf('status', stage)}</span>
                </Link>
              </Figure>
            ))}
          </ul>
        )}
      </Load>
      <div className='grid gap-4 lg:grid-cols-2'>
        <Card
          title={t(daysOfBar(days) === 1 ? 'dashboard.daily' : 'dashboard.per_days', {
            count: daysOfBar(days),
          })}
        >
          <Load of={daily}>
            {(rows) => {
              return (
                <Chart label={t('dashboard.daily')}>
                  <BarChart data={bars(rows, days, since)}>
                    <CartesianGrid strokeDasharray='3 3' stroke='var(--line)' />
                    <XAxis dataKey='day' tick={{ fill: 'var(--muted)', fontSize: 12 }} />
                    <YAxis allowDecimals={false} tick={{ fill: 'var(--muted)', fontSize: 12 }} />
                    <Tooltip contentStyle={{ background: 'var(--card)', borderColor: 'var(--line)' }} />
                    <Legend formatter={(text) => <span className='text-ink'>{text}</span>} />
                    {kinds.map((kind, at) => (
                      <Bar
                        key={kind}
                        dataKey={kind}
                        name={t(`dashboard.${kind}`)}
                        fill={colors[at]}
                        isAnimationActive={false}
                      />
                    ))}
                  </BarChart>
                </Chart>
              )
            }}
          </Load>
        </Card>
        <Card title={t('dashboard.stages')}>
          <Load of={inStage}>
            {(rows) => (
              <Chart label={t('dashboard.stages')}>
                <BarChart
                  layout='vertical'
                  data={rows.map((row) => ({ ...row, stage: textOf('status', row.status) }))}
                >
                  <CartesianGrid strokeDasharray='3 3' stroke='var(--line)' />
                  <XAxis type='number' tick={{ fill: 'var(--muted)', fontSize: 12 }} />
                  <YAxis
                    type='category'
                    dataKey='stage'
                    width={120}
                    tick={{ fill: 'var(--muted)', fontSize: 12 }}
                  />
                  <Tooltip contentStyle={{ background: 'var(--card)', borderColor: 'var(--line)' }} />
                  <Bar
                    dataKey='average_hours'
                    name={t('dashboard.average_hours')}
                    fill={colors[0]}
                    isAnimationActive={false}
                  />
                  <Bar
                    dataKey='median_hours'
                    name={t('dashboard.median_hours')}
                    fill={colors[1]}
                    isAnimationActive={false}
                  />
                </BarChart>
              </Chart>
            )}
          </Load>
        </Card>
      </div>
      <Card title={t('dashboard.by_source')}>
        <Load of={daily}>
          {(rows) => (
            <DataTable
              rows={[
                ...Map.groupBy(rows, ({ origin_system, office_key }) => `${origin_system} ${office_key}`),
              ].map(([name, of]) => ({ name, source: of[0]!.origin_system, ...sums(of) }))}
              caption={t('dashboard.by_source')}
              empty='–'
              rowKey={({ name }) => name}
              columns={[
                {
                  id: 'name',
                  title: t('common.source'),
                  by: ({ name }) => name,
                  cell: ({ name, source }) => (
                    <Link to='/inbox' search={{ source }} className='text-accent underline'>{name}</Link>
                  ),
                },
                ...kinds.map((kind) => ({
                  id: kind,
                  title: t(`dashboard.${kind}`),
                  end: true,
                  by: (row: Record<typeof kinds[number], number>) => row[kind],
                  cell: (row: Record<typeof kinds[number], number>) => number(row[kind]),
                })),
              ]}
            />
          )}
        </Load>
      </Card>
      <Card title={t('dashboard.freshness')}>
        <Load of={freshness}>
          {(rows) => (
            <DataTable
              rows={rows}
              caption={t('dashboard.freshness')}
              empty={t('dashboard.no_freshness')}
              columns={[
                {
                  id: 'office',
                  title: t('common.office'),
                  by: ({ office_key }) => office_key,
                  cell: ({ office_key }) => office_key,
                },
                {
                  id: 'source',
                  title: t('common.source'),
                  by: ({ origin_system }) => origin_system,
                  cell: ({ origin_system }) => origin_system,
                },
                {
                  id: 'resource',
                  title: t('common.resource'),
                  by: ({ resource }) => resource,
                  cell: ({ resource }) => resource,
                },
                {
                  id: 'received',
                  title: t('dashboard.received'),
                  by: ({ last_received_at }) => last_received_at,
                  cell: ({ last_received_at }) => ago(last_received_at),
                },
                {
                  id: 'run',
                  title: t('sources.last_run'),
                  by: ({ last_run_at }) => last_run_at,
                  cell: ({ last_run_at, last_run_status }) => (
                    <>
                      {ago(last_run_at)} <StatusBadge status={last_run_status} />
                    </>
                  ),
                },
              ]}
            />
          )}
        </Load>
      </Card>
    </div>
  )
}

function Figure({ label, value, children }: { label: string; value: number; children: React.ReactNode }) {
  return (
    <li className='relative rounded-lg border bg-card p-3 hover:bg-sunken'>
      <p className='text-xs text-muted'>{label}</p>
      <p className='text-xl font-semibold tabular-nums'>{number(value)}</p>
      {children}
    </li>
  )
}

/** The chart is for eyes; its figures stand in tables too. */
function Chart({ label, children }: { label: string; children: React.ReactElement }) {
  return (
    <figure className='h-72' aria-label={label}>
      <ResponsiveContainer width='100%' height='100%'>{children}</ResponsiveContainer>
    </figure>
  )
}
