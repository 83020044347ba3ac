import { type QueryKey, useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef } from 'react'
import { t } from '../../i18n/index.ts'
import { door } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Input, Select } from '../../ui/fields.tsx'
import { Card, ErrorBox } from '../../ui/parts.tsx'

const kinds = ['created', 'updated', 'deleted'] as const
/** What most are told of; any other resource of the Web API can be typed. */
const resources = ['Property', 'Media', 'Member', 'Office', 'OpenHouse', 'SourceRun']

/** Subscribes an address for a client; `made` is told the secret. */
export function Subscribe({ made, changes }: { made: (secret: string) => void; changes: QueryKey[] }) {
  const form = useRef<HTMLFormElement>(null)
  const clients = useQuery({
    queryKey: ['door', 'admin/clients', 'names'],
    queryFn: async () =>
      (await door<{ clients: { client_id: string; name: string | null }[] }>('admin/clients?limit=500'))
        .clients,
  })
  const subscribe = useAct(
    (wanted: Record<string, unknown>) =>
      door<{ secret: string }>('admin/subscriptions', { method: 'POST', json: wanted }),
    {
      changes,
      after: ({ secret }) => {
        form.current?.reset()
        made(secret)
      },
    },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const text = (name: string) => String(given.get(name)).trim()
    subscribe.mutate({
      client_id: text('client_id'),
      url: text('url'),
      resource: text('resource'),
      kinds: given.getAll('kinds'),
      format: text('format'),
      ...text('filter') ? { filter: text('filter') } : {},
    })
  }
  return (
    <Card title={t('webhooks.subscribe')}>
      <p className='mb-3 text-sm text-muted'>{t('webhooks.subscribe_intro')}</p>
      <form ref={form} onSubmit={submit} className='grid gap-3 sm:grid-cols-2 lg:grid-cols-3'>
        <div>
          <Input label={t('webhooks.client')} name='client_id' required list='clients' maxLength={64} />
          <datalist id='clients'>
            {clients.data?.map(({ client_id, name }) => (
              <option key={client_id} value={client_id}>{name}</option>
            ))}
          </datalist>
        </div>
        <Input label={t('webhooks.url')} name='url' type='url' required maxLength={2000} />
        <div>
          <Input
            label={t('common.resource')}
            name='resource'
            required
            list='resources'
            defaultValue='Property'
          />
          <datalist id='resources'>
            {resources.map((name) => <option key={name} value={name} />)}
          </datalist>
        </div>
        <fieldset>
          <legend className='mb-1 text-sm font-medium'>{t('webhooks.kinds')}</legend>
          <span className='flex flex-wrap gap-x-4'>
            {kinds.map((kind) => (
              <Checkbox key={kind} label={t(`webhooks.${kind}`)} name='kinds' value={kind} defaultChecked />
            ))}
          </span>
        </fieldset>
        <Input
          label={t('webhooks.filter')}
          name='filter'
          maxLength={4000}
          hint={t('webhooks.filter_hint')}
        />
        <Select label={t('webhooks.format')} name='format' options={['standard', 'reso']} />
        <div>
          <Button kind='primary' type='submit' busy={subscribe.isPending}>{t('webhooks.subscribe')}</Button>
        </div>
      </form>
      {subscribe.error && (
        <div className='mt-2'>
          <ErrorBox error={subscribe.error} />
        </div>
      )}
    </Card>
  )
}
