import { type FormEvent, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { config } from '../../lib/config.ts'
import { door } from '../../lib/hub.ts'
import { Refusal } from '../../lib/refusal.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Input, Select } from '../../ui/fields.tsx'
import { Json } from '../../ui/json.tsx'
import { Card, ErrorBox, PageHead } from '../../ui/parts.tsx'
import { Records } from './records.tsx'

interface WithSecret {
  client_id?: string
  client_secret?: string
  secret?: string
}

const list = (given: FormData, name: string) => String(given.get(name)).split(/[\s,]+/).filter(Boolean)

const holds = (list: unknown, item: string) => Array.isArray(list) && list.includes(item)

/** The first listings as a client gets them, fetched with its own eyes: a token that ends after five minutes. */
async function asClient(client_id: string): Promise<unknown> {
  const { token } = await door<{ token: string }>('admin/view-as', { method: 'POST', json: { client_id } })
  const { url, functionsUrl = `${url}/functions/v1` } = config()
  const answer = await fetch(`${functionsUrl}/odata/Property?$top=5&$count=true`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!answer.ok) throw Refusal.of((await answer.json()).error, answer.status)
  return answer.json()
}

/** API clients: portals, partners, notebooks. A secret is shown once. */
export function Page() {
  const [shown, setShown] = useState<WithSecret>()
  const options = { changes: [['door', 'admin/clients']], after: (answer: WithSecret) => setShown(answer) }
  const create = useAct(
    (client: Record<string, unknown>) => door<WithSecret>('admin/clients', { method: 'POST', json: client }),
    options,
  )
  const rotate = useAct(
    (id: string) =>
      door<WithSecret>(`admin/clients/${encodeURIComponent(id)}/secret`, { method: 'POST', json: {} }),
    options,
  )
  const toggle = useAct(
    ({ id, disabled }: { id: string; disabled: boolean }) =>
      door(`admin/clients/${encodeURIComponent(id)}`, { method: 'PATCH', json: { disabled } }),
    { changes: [['door', 'admin/clients']] },
  )
  const permit = useAct(
    ({ id, edits }: { id: string; edits: string[] }) =>
      door(`admin/clients/${encodeURIComponent(id)}`, { method: 'PATCH', json: { edits } }),
    { changes: [['door', 'admin/clients']] },
  )
  const look = useAct(asClient, { done: (_, name) => t('view_as.now', { name }) })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    create.mutate({
      client_id: String(given.get('client_id')),
      name: String(given.get('name')),
      scopes: [String(given.get('scope'))],
      offices: list(given, 'offices'),
      grants: list(given, 'grants'),
      edits: list(given, 'edits'),
      profile: String(given.get('profile')),
    })
  }
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.clients')} intro={t('clients.intro')} />
      {look.data !== undefined && (
        <Card title={t('view_as.now', { name: look.variables ?? '' })}>
          <Json of={look.data} label='Property' open />
        </Card>
      )}
      <Records
        path='admin/clients'
        caption={t('nav.clients')}
        empty={t('clients.none')}
        hide={['stamps', 'top_means', 'created_at', 'updated_at']}
        acts={({ client_id, disabled, disabled_at, scopes, edits }) => (
          <span className='flex gap-1'>
            <Button
              busy={look.isPending}
              onClick={() => look.mutate(String(client_id))}
              aria-label={`${t('view_as.look')}: ${client_id}`}
            >
              {t('view_as.look')}
            </Button>
            {holds(scopes, 'odata') && (
              <Button
                busy={permit.isPending}
                onClick={() =>
                  permit.mutate({
                    id: String(client_id),
                    edits: holds(edits, 'Media') ? [] : ['Property', 'Media'],
                  })}
                aria-label={`${
                  t(holds(edits, 'Media') ? 'clients.edits_off' : 'clients.edits_on')
                }: ${client_id}`}
              >
                {t(holds(edits, 'Media') ? 'clients.edits_off' : 'clients.edits_on')}
              </Button>
            )}
            <Button
              busy={rotate.isPending}
              onClick={() => rotate.mutate(String(client_id))}
              aria-label={`${t('clients.rotate')}: ${client_id}`}
            >
              {t('clients.rotate')}
            </Button>
            <Button
              busy={toggle.isPending}
              onClick={() => toggle.mutate({ id: String(client_id), disabled: !(disabled ?? disabled_at) })}
              aria-label={`${t(disabled ?? disabled_at ? 'clients.on' : 'clients.off')}: ${client_id}`}
            >
              {t(disabled ?? disabled_at ? 'clients.on' : 'clients.off')}
            </Button>
          </span>
        )}
      />
      <Card title={t('clients.create')}>
        <form onSubmit={submit} className='grid gap-3 sm:grid-cols-2 lg:grid-cols-3'>
          <Input label='client_id' name='client_id' required pattern='[a-z0-9_\-]+' />
          <Input label={t('common.name')} name='name' required />
          <Select label={t('access.scope')} name='scope' options={['odata', 'ingest', 'admin']} />
          <Input label={t('clients.offices')} name='offices' hint={t('clients.offices_hint')} />
          <Input label={t('clients.grants')} name='grants' hint={t('clients.grants_hint')} />
          <Select
            label={t('clients.edits')}
            name='edits'
            options={[{ value: '', label: t('clients.edits_none') }, 'Media', 'Property,Media']}
          />
          <Select label={t('clients.profile')} name='profile' options={['gold', 'dd2']} />
          <div>
            <Button kind='primary' type='submit' busy={create.isPending}>{t('clients.create')}</Button>
          </div>
        </form>
        {create.error && (
          <div className='mt-2'>
            <ErrorBox error={create.error} />
          </div>
        )}
      </Card>
      {shown && (
        <Dialog
          open
          title={t('clients.secret')}
          intro={t('clients.secret_intro')}
          onClose={() => setShown(undefined)}
        >
          <Input
            label={shown.client_id ?? 'client_secret'}
            readOnly
            value={shown.client_secret ?? shown.secret ?? ''}
            onFocus={({ target }) => target.select()}
          />
        </Dialog>
      )}
    </div>
  )
}
