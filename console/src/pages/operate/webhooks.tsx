import { useQuery } from '@tanstack/react-query'
import { t, textOf } from '../../i18n/index.ts'
import { dateTime, number } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Load } from '../../ui/load.tsx'
import { Badge, PageHead, type Tone } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'

interface Subscription {
  id: string
  client_id: string
  resource: string
  host: string
  state: 'active' | 'failing' | 'disabled'
  disabled_reason: string | null
  waiting: number
  failed: number
  oldest_due: string | null
  last_delivered_at: string | null
  last_status: number | null
  last_error: string | null
}

const tones: Record<Subscription['state'], Tone> = { active: 'good', failing: 'warn', disabled: 'bad' }

/** Webhook subscriptions of API clients, and how they are. Clients make and change them: egress/subscriptions. */
export function Page() {
  const subscriptions = useQuery({
    queryKey: ['admin', 'subscriptions'],
    refetchInterval: 15_000,
    queryFn: async () => (await door<{ subscriptions: Subscription[] }>('admin/subscriptions')).subscriptions,
  })
  const help = useAct(
    ({ id, what }: { id: string; what: 'enable' | 'retry' }) =>
      door<{ retried: number }>(`admin/subscriptions/${id}/${what}`, { method: 'POST' }),
    {
      done: ({ retried }, { what }) =>
        what === 'enable' ? t('webhooks.enabled') : t('webhooks.retried', { count: retried }),
      changes: [['admin']],
    },
  )
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.webhooks')} intro={t('webhooks.intro')} />
      <Load of={subscriptions}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('nav.webhooks')}
            empty={t('webhooks.none')}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'client',
                title: t('webhooks.client'),
                by: ({ client_id }) => client_id,
                cell: ({ client_id }) => client_id,
              },
              {
                id: 'resource',
                title: t('common.resource'),
                by: ({ resource }) => resource,
                cell: ({ resource }) => resource,
              },
              {
                id: 'host',
                title: t('webhooks.address'),
                by: ({ host }) => host,
                cell: ({ host }) => host,
              },
              {
                id: 'state',
                title: t('common.status'),
                by: ({ state }) => state,
                cell: ({ state, disabled_reason }) => (
                  <>
                    <Badge tone={tones[state]}>{textOf('webhooks', state)}</Badge>{' '}
                    {disabled_reason && <span className='foreign text-sm'>{disabled_reason}</span>}
                  </>
                ),
              },
              {
                id: 'waiting',
                title: t('webhooks.waiting'),
                end: true,
                by: ({ waiting }) => waiting,
                cell: ({ waiting }) => number(waiting),
              },
              {
                id: 'failed',
                title: t('webhooks.failed'),
                end: true,
                by: ({ failed }) => failed,
                cell: ({ failed }) => number(failed),
              },
              {
                id: 'last',
                title: t('webhooks.last'),
                by: ({ last_delivered_at }) => last_delivered_at,
                cell: ({ last_status, last_error, last_delivered_at }) => (
                  <>
                    {last_error ?? last_status ?? '–'}
                    <span className='block text-xs text-muted'>{dateTime(last_delivered_at)}</span>
                  </>
                ),
              },
              {
                id: 'acts',
                title: '',
                cell: ({ id, client_id, state, failed }) => (
                  <span className='flex gap-2'>
                    {state === 'disabled' && (
                      <Button
                        busy={help.isPending && help.variables?.id === id}
                        onClick={() => help.mutate({ id, what: 'enable' })}
                        aria-label={`${t('webhooks.enable')}: ${client_id}`}
                      >
                        {t('webhooks.enable')}
                      </Button>
                    )}
                    {failed > 0 && (
                      <Button
                        busy={help.isPending && help.variables?.id === id}
                        onClick={() => help.mutate({ id, what: 'retry' })}
                        aria-label={`${t('common.retry')}: ${client_id}`}
                      >
                        {t('common.retry')}
                      </Button>
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Load>
    </div>
  )
}
