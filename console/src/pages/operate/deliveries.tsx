import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Play, RotateCw } from 'lucide-react'
import type { FailedDelivery } from '../../../../functions/_shared/delivery/failed-delivery.ts'
import { t } from '../../i18n/index.ts'
import { ago, dateTime, number } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { useAccess } from '../../lib/session.tsx'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, Card, PageHead, StatusBadge } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { statusQuery } from './status.ts'

/** What leaves the hub: by portal, and what failed with its reason. */
export function Page() {
  const access = useAccess()
  const status = useQuery(statusQuery)
  const failures = usePages<FailedDelivery>({
    ...ofDoor<FailedDelivery>('egress/failures', 'failures', 'before'),
    queryKey: ['egress', 'failures'],
    refetchInterval: 15_000,
  })
  const run = useRunJob()
  const redeliver = useAct(
    (choice: { portal?: string; code?: string }) =>
      door<{ redelivered: number }>('egress/failures/redeliver', { method: 'POST', json: choice }),
    {
      done: ({ redelivered }) => t('deliveries.redelivered', { count: redelivered }),
      changes: [['egress'], ['admin']],
    },
  )
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.deliveries')} intro={t('deliveries.intro')}>
        {access?.scope === 'system_admin' && (
          <Button
            icon={<Play size={14} aria-hidden />}
            busy={run.isPending}
            onClick={() => run.mutate('deliveries')}
          >
            {t('deliveries.run')}
          </Button>
        )}
        <Button
          icon={<RotateCw size={14} aria-hidden />}
          busy={redeliver.isPending}
          onClick={() => redeliver.mutate({})}
        >
          {t('deliveries.redeliver_all')}
        </Button>
      </PageHead>
      <Load of={status}>
        {({ portals }) => (
          <DataTable
            rows={portals}
            caption={t('deliveries.portals')}
            empty={t('portals.none')}
            rowKey={({ market, portal }) => `${market} ${portal}`}
            columns={[
              {
                id: 'market',
                title: t('access.market'),
                by: ({ market }) => market,
                cell: ({ market }) => market,
              },
              {
                id: 'portal',
                title: t('deliveries.portal'),
                by: ({ portal }) => portal,
                cell: ({ portal }) => portal,
              },
              {
                id: 'channel',
                title: t('deliveries.channel'),
                by: ({ channel }) => channel,
                cell: ({ channel }) => channel,
              },
              {
                id: 'phase',
                title: t('deliveries.phase'),
                by: ({ phase }) => phase,
                cell: ({ phase, active }) => active ? phase : t('deliveries.off'),
              },
              {
                id: 'active',
                title: t('status.ACTIVE'),
                end: true,
                by: ({ listings }) => listings.ACTIVE ?? 0,
                cell: ({ listings }) => number(listings.ACTIVE ?? 0),
              },
              {
                id: 'failed',
                title: t('status.FAILED'),
                end: true,
                by: ({ listings }) => listings.FAILED ?? 0,
                cell: ({ listings }) => number(listings.FAILED ?? 0),
              },
              {
                id: 'due',
                title: t('deliveries.due'),
                end: true,
                by: ({ due }) => due,
                cell: ({ due }) => number(due),
              },
              {
                id: 'oldest',
                title: t('deliveries.oldest'),
                by: ({ oldest_due }) => oldest_due,
                cell: ({ oldest_due }) => ago(oldest_due),
              },
              {
                id: 'circuit',
                title: t('deliveries.circuit'),
                cell: ({ circuit }) =>
                  circuit ? <Badge tone='bad'>{t('deliveries.circuit_open')}</Badge> : '–',
              },
            ]}
          />
        )}
      </Load>
      <Card title={t('deliveries.failures')}>
        <Load of={failures} lines={3}>
          {(rows) => (
            <DataTable
              rows={rows}
              caption={t('deliveries.failures')}
              empty={t('deliveries.no_failures')}
              rowKey={({ listing_id, portal }) => `${listing_id} ${portal}`}
              columns={[
                {
                  id: 'listing',
                  title: t('common.listing'),
                  by: ({ listing_key }) => listing_key,
                  cell: (row) => (
                    <Link
                      to='/listings/$id'
                      params={{ id: row.listing_id }}
                      search={{ tab: 'portals' }}
                      className='text-accent underline'
                    >
                      {row.listing_key}
                    </Link>
                  ),
                },
                {
                  id: 'portal',
                  title: t('deliveries.portal'),
                  by: ({ portal }) => portal,
                  cell: ({ market, portal }) => `${market} ${portal}`,
                },
                {
                  id: 'status',
                  title: t('common.status'),
                  by: ({ status }) => status,
                  cell: ({ status }) => <StatusBadge status={status} />,
                },
                {
                  id: 'why',
                  title: t('moves.reason'),
                  by: ({ last_error_code }) => last_error_code,
                  cell: ({ last_error_code, last_error }) => `${last_error_code}: ${last_error ?? ''}`,
                },
                {
                  id: 'attempts',
                  title: t('deliveries.attempts'),
                  end: true,
                  by: ({ attempt_count }) => attempt_count,
                  cell: ({ attempt_count }) => number(attempt_count),
                },
                {
                  id: 'next',
                  title: t('deliveries.next'),
                  by: ({ next_attempt_at }) => next_attempt_at,
                  cell: ({ next_attempt_at }) => dateTime(next_attempt_at),
                },
                {
                  id: 'again',
                  title: '',
                  cell: ({ portal, last_error_code }) => (
                    <Button
                      busy={redeliver.isPending}
                      onClick={() => redeliver.mutate({ portal, code: last_error_code })}
                      aria-label={`${t('common.retry')}: ${portal} ${last_error_code}`}
                    >
                      {t('common.retry')}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Load>
        <More of={failures} name={t('deliveries.failures')} />
      </Card>
    </div>
  )
}

/** Runs a job of the clock now. */
export function useRunJob() {
  return useAct((job: string) => door('egress/run', { method: 'POST', json: { job } }), {
    done: (_, job) => t('deliveries.ran', { job }),
    changes: [['egress'], ['admin'], ['feeds'], ['door', 'admin/alerts']],
  })
}
