import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { ago, number } from '../../lib/format.ts'
import { answer, door, hub } from '../../lib/hub.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Input, Select, TextArea } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { ErrorBox, PageHead, StatusBadge } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { providers, type Source } from './source-types.ts'

export function Page() {
  const [creating, setCreating] = useState(false)
  const sources = usePages<Source>({
    ...ofDoor<Source>('sources', 'sources', 'after'),
    queryKey: ['sources', 'all'],
    refetchInterval: 10_000,
  })
  return (
    <>
      <PageHead title={t('nav.sources')} intro={t('sources.intro')}>
        <Button kind='primary' icon={<Plus size={15} aria-hidden />} onClick={() => setCreating(true)}>
          {t('sources.create')}
        </Button>
      </PageHead>
      <Load of={sources}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('nav.sources')}
            empty={t('sources.none')}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'name',
                title: t('common.name'),
                by: ({ name }) => name,
                cell: (row) => (
                  <Link
                    to='/sources/$id'
                    params={{ id: row.id }}
                    className='font-medium text-accent underline'
                  >
                    {row.name}
                  </Link>
                ),
              },
              {
                id: 'provider',
                title: t('sources.provider'),
                by: ({ provider }) => provider,
                cell: ({ provider }) => provider,
              },
              {
                id: 'office',
                title: t('common.office'),
                by: ({ office_key }) => office_key,
                cell: ({ office_key }) => office_key,
              },
              {
                id: 'status',
                title: t('common.status'),
                by: ({ status }) => status,
                cell: ({ status }) => <StatusBadge status={status} />,
              },
              {
                id: 'last',
                title: t('sources.last_run'),
                by: ({ last_run }) => last_run?.created_at,
                cell: ({ last_run }) =>
                  last_run
                    ? (
                      <>
                        <StatusBadge status={last_run.status} /> {ago(last_run.created_at)}
                      </>
                    )
                    : '–',
              },
              {
                id: 'next',
                title: t('sources.next_run'),
                by: ({ next_run_at }) => next_run_at,
                cell: ({ next_run_at }) => ago(next_run_at),
              },
              {
                id: 'listings',
                title: t('nav.listings'),
                end: true,
                by: ({ usage }) => usage.listings,
                cell: ({ usage }) => number(usage.listings),
              },
            ]}
          />
        )}
      </Load>
      <More of={sources} name={t('nav.sources')} />
      {creating && <Create close={() => setCreating(false)} />}
    </>
  )
}

/** A source with its settings as JSON: an example of the provider stands there to begin with. */
function Create({ close }: { close: () => void }) {
  const navigate = useNavigate()
  const [provider, setProvider] = useState<string>('MOCK')
  const offices = useQuery({
    queryKey: ['offices', 'market'],
    queryFn: () =>
      answer(hub().from('mls_offices').select('office_key, name').eq('is_market', true).order('office_key')),
  })
  const create = useAct(
    (source: Record<string, unknown>) => door<Source>('sources', { method: 'POST', json: source }),
    {
      changes: [['sources']],
      done: t('sources.created'),
      after: ({ id }) => navigate({ to: '/sources/$id', params: { id } }),
    },
  )
  const [fault, setFault] = useState<string>()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    try {
      const json = (name: string) => {
        const text = String(given.get(name) ?? '').trim()
        return text === '' ? undefined : JSON.parse(text)
      }
      setFault(undefined)
      create.mutate({
        office_key: String(given.get('office_key')),
        code: String(given.get('code')),
        name: String(given.get('name')),
        provider,
        settings: json('settings') ?? {},
        credentials: json('credentials'),
        mapping: json('mapping'),
        interval_minutes: Number(given.get('interval')) || undefined,
      })
    } catch {
      setFault(t('fault.json'))
    }
  }
  return (
    <Dialog open wide title={t('sources.create')} intro={t('sources.create_intro')} onClose={close}>
      <form onSubmit={submit} className='grid gap-3 sm:grid-cols-2'>
        <Input label={t('common.name')} name='name' required maxLength={255} />
        <Input
          label={t('sources.code')}
          name='code'
          required
          pattern='[a-z0-9_\-]+'
          hint={t('sources.code_hint')}
        />
        <Select
          label={t('sources.provider')}
          value={provider}
          onChange={({ target }) => setProvider(target.value)}
          options={Object.keys(providers)}
        />
        <div>
          <Input
            label={t('common.office')}
            name='office_key'
            required
            list='offices'
            hint={t('sources.office_hint')}
          />
          <datalist id='offices'>
            {offices.data?.map(({ office_key, name }) => (
              <option key={office_key} value={office_key}>{name}</option>
            ))}
          </datalist>
        </div>
        <TextArea
          key={provider}
          label={t('sources.settings')}
          name='settings'
          rows={6}
          className='font-mono sm:col-span-2'
          defaultValue={JSON.stringify(providers[provider]?.settings ?? {}, null, 2)}
          error={fault}
        />
        {providers[provider]?.credentials && (
          <TextArea
            key={`${provider}-c`}
            label={t('sources.credentials')}
            name='credentials'
            rows={3}
            className='sm:col-span-2'
            hint={t('sources.credentials_hint')}
            defaultValue={JSON.stringify(providers[provider].credentials, null, 2)}
          />
        )}
        {!!providers[provider]?.mapping && (
          <TextArea
            key={`${provider}-m`}
            label={t('sources.mapping')}
            name='mapping'
            rows={6}
            className='sm:col-span-2'
            defaultValue={JSON.stringify(providers[provider].mapping, null, 2)}
          />
        )}
        <Input label={t('sources.interval')} name='interval' type='number' min={1} unit='min' />
        <div className='flex items-end'>
          <Button kind='primary' type='submit' busy={create.isPending}>{t('sources.create')}</Button>
        </div>
        {create.error && (
          <div className='sm:col-span-2'>
            <ErrorBox error={create.error} />
          </div>
        )}
      </form>
    </Dialog>
  )
}
