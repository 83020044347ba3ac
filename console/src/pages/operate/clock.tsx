import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { t } from '../../i18n/index.ts'
import { ago } from '../../lib/format.ts'
import { useAccess } from '../../lib/session.tsx'
import { door } from '../../lib/hub.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, Card, Empty, PageHead, StatusBadge } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useRunJob } from './deliveries.tsx'
import { statusQuery } from './status.ts'

/** An alert as the door `admin/alerts` tells it. */
interface Alert {
  id: number
  level: string
  message: string
  opened_at: string
}

/** What happens by itself, and what is wrong. */
export function Page() {
  const access = useAccess()
  const status = useQuery(statusQuery)
  const alerts = usePages<Alert>({
    ...ofDoor<Alert>('admin/alerts', 'alerts', 'before'),
    refetchInterval: 15_000,
  })
  const run = useRunJob()
  const pause = useAct(
    ({ job, enabled }: { job: string; enabled: boolean }) =>
      door(`admin/schedules/${job}`, { method: 'PATCH', json: { enabled } }),
    { changes: [['admin']] },
  )
  return (
    <>
      <PageHead title={t('nav.clock')} intro={t('clock.intro')} />
      <div className='space-y-4'>
        <Card title={t('clock.alerts')}>
          <Load of={alerts} lines={2}>
            {(rows) =>
              rows.length === 0 ? <Empty>{t('clock.no_alerts')}</Empty> : (
                <ul className='divide-y text-sm'>
                  {rows.map((alert) => (
                    <li key={alert.id} className='py-2'>
                      <p className='foreign'>
                        <StatusBadge status={alert.level} /> {alert.message}
                      </p>
                      <p className='text-xs text-muted'>{ago(alert.opened_at)}</p>
                      <Json of={alert} label={t('clock.details')} />
                    </li>
                  ))}
                </ul>
              )}
          </Load>
          <More of={alerts} name={t('clock.alerts')} />
        </Card>
        <Load of={status}>
          {({ schedules }) => (
            <DataTable
              rows={schedules}
              caption={t('clock.schedules')}
              empty='–'
              rowKey={({ job }) => job}
              columns={[
                { id: 'job', title: t('clock.job'), by: ({ job }) => job, cell: ({ job }) => <b>{job}</b> },
                { id: 'cron', title: 'cron', cell: ({ cron }) => <code>{cron}</code> },
                {
                  id: 'on',
                  title: t('common.status'),
                  by: ({ last_status }) => last_status,
                  cell: ({ enabled, last_status, missed }) => (
                    <>
                      {enabled
                        ? <StatusBadge status={last_status ?? '–'} />
                        : <Badge>{t('deliveries.off')}</Badge>}{' '}
                      {missed && <Badge tone='bad'>{t('clock.missed')}</Badge>}
                    </>
                  ),
                },
                {
                  id: 'last',
                  title: t('clock.last'),
                  by: ({ last_run_at }) => last_run_at,
                  cell: ({ last_run_at }) => ago(last_run_at),
                },
                {
                  id: 'next',
                  title: t('clock.next'),
                  by: ({ next_run_at }) => next_run_at,
                  cell: ({ next_run_at }) => ago(next_run_at),
                },
                {
                  id: 'result',
                  title: t('clock.result'),
                  cell: ({ last_result }) =>
                    last_result === null || last_result === 0
                      ? '–'
                      : <Json of={last_result} label={t('clock.details')} />,
                },
                {
                  id: 'run',
                  title: '',
                  cell: ({ job, enabled }) =>
                    access?.scope === 'system_admin' && (
                      <span className='flex gap-1'>
                        <Button
                          icon={<Play size={13} aria-hidden />}
                          busy={run.isPending && run.variables === job}
                          onClick={() => run.mutate(job)}
                          aria-label={t('clock.run', { job })}
                        >
                          {t('clock.run_short')}
                        </Button>
                        <Button
                          busy={pause.isPending && pause.variables?.job === job}
                          onClick={() => pause.mutate({ job, enabled: !enabled })}
                          aria-label={`${t(enabled ? 'clock.pause' : 'clock.resume')}: ${job}`}
                        >
                          {t(enabled ? 'clock.pause' : 'clock.resume')}
                        </Button>
                      </span>
                    ),
                },
              ]}
            />
          )}
        </Load>
      </div>
    </>
  )
}
