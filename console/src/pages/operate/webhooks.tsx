import { useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { dateTime, number } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Input } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, PageHead, type Tone } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Subscribe } from './webhook-form.tsx'
import { Messages, type SentMessage } from './webhook-messages.tsx'

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
const changes = [['door', 'admin/subscriptions']]
const nameOf = ({ client_id, host }: Subscription) => `${client_id} ${host}`

/** Webhook subscriptions of API clients: how they are, and what an operator does for a client. A secret is shown once. */
export function Page() {
  const subscriptions = usePages<Subscription>({
    ...ofDoor<Subscription>('admin/subscriptions', 'subscriptions', 'after'),
    refetchInterval: 15_000,
  })
  const [secret, setSecret] = useState<string>()
  const [looked, setLooked] = useState<Subscription>()
  const [leaving, setLeaving] = useState<Subscription>()
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
                cell: (row) => <Acts of={row} show={setSecret} look={setLooked} leave={setLeaving} />,
              },
            ]}
          />
        )}
      </Load>
      <More of={subscriptions} name={t('nav.webhooks')} />
      {looked && <Messages id={looked.id} name={nameOf(looked)} key={looked.id} />}
      <Subscribe made={setSecret} changes={changes} />
      {leaving && <Remove of={leaving} close={() => setLeaving(undefined)} />}
      {secret && (
        <Dialog
          open
          title={t('clients.secret')}
          intro={t('clients.secret_intro')}
          onClose={() => setSecret(undefined)}
        >
          <Input label='secret' readOnly value={secret} onFocus={({ target }) => target.select()} />
        </Dialog>
      )}
    </div>
  )
}

const done = { enable: () => t('webhooks.enabled'), pause: () => t('webhooks.paused') }

function Acts(
  { of: row, show, look, leave }: {
    of: Subscription
    show: (secret: string) => void
    look: (row: Subscription) => void
    leave: (row: Subscription) => void
  },
) {
  const path = `admin/subscriptions/${row.id}`
  const turn = useAct((what: keyof typeof done) => door(`${path}/${what}`, { method: 'POST' }), {
    done: (_, what) => done[what](),
    changes,
  })
  const retry = useAct(() => door<{ retried: number }>(`${path}/retry`, { method: 'POST' }), {
    done: ({ retried }) => t('webhooks.retried', { count: retried }),
    changes,
  })
  const test = useAct(async () => {
    const message = await door<SentMessage>(`${path}/test`, { method: 'POST' })
    if (message.status === 'DELIVERED') return message
    throw new Error(
      t('webhooks.test_failed', { reason: message.last_error ?? String(message.last_status ?? '–') }),
    )
  }, {
    done: ({ last_status }) => t('webhooks.tested', { status: String(last_status) }),
    changes: [...changes, ['door', `${path}/messages`]],
  })
  const rotate = useAct(() => door<{ secret: string }>(`${path}/rotate`, { method: 'POST' }), {
    after: ({ secret }) => show(secret),
  })
  const button = (label: string, onClick: () => void, busy = false, kind?: 'danger') => (
    <Button kind={kind} busy={busy} onClick={onClick} aria-label={`${label}: ${nameOf(row)}`}>{label}</Button>
  )
  return (
    <span className='flex gap-1'>
      {button(t('webhooks.messages'), () => look(row))}
      {row.failed > 0 && button(t('common.retry'), () => retry.mutate(), retry.isPending)}
      {row.state === 'disabled'
        ? button(t('webhooks.enable'), () => turn.mutate('enable'), turn.isPending)
        : (
          <>
            {button(t('webhooks.test'), () => test.mutate(), test.isPending)}
            {button(t('clock.pause'), () => turn.mutate('pause'), turn.isPending)}
          </>
        )}
      {button(t('clients.rotate'), () => rotate.mutate(), rotate.isPending)}
      {button(t('webhooks.remove'), () => leave(row), false, 'danger')}
    </span>
  )
}

/** Asks before what waits is lost. */
function Remove({ of: row, close }: { of: Subscription; close: () => void }) {
  const remove = useAct(() => door(`admin/subscriptions/${row.id}`, { method: 'DELETE' }), {
    done: t('webhooks.removed'),
    changes,
    after: close,
  })
  return (
    <Dialog
      open
      title={`${t('webhooks.remove')}: ${nameOf(row)}`}
      intro={t('webhooks.remove_intro', { name: nameOf(row) })}
      onClose={close}
    >
      <Button kind='danger' busy={remove.isPending} onClick={() => remove.mutate()}>
        {t('webhooks.remove')}
      </Button>
    </Dialog>
  )
}
