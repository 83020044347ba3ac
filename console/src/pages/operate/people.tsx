import { type FormEvent } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { ago } from '../../lib/format.ts'
import { answer, counted, type Database, hub } from '../../lib/hub.ts'
import { behind, counting, usePages } from '../../lib/pages.ts'
import { scopes } from '../../lib/scopes.ts'
import { useAccess } from '../../lib/session.tsx'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Card, ErrorBox, PageHead } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useViewAs } from './view-as.ts'

type Person = Database['public']['Functions']['people_with_access']['Returns'][number]

const pageSize = 100

/** Who may do what in the market. */
export function Page() {
  const access = useAccess()
  const people = usePages({
    queryKey: ['people'],
    ask: async (last: Person | undefined, signal) => {
      let question = hub().rpc('people_with_access', {}, { count: 'exact' })
      if (last) question = question.or(behind({ column: 'email', value: last.email, id: last.id }))
      return counting(
        await counted(question.order('email').order('id').limit(pageSize).abortSignal(signal)),
      )
    },
  })
  const changes = [['people']]
  const grant = useAct(
    (given: { email: string; scope: string; crud: string; team_ids: string[] }) =>
      answer(hub().rpc('grant_access', given)),
    { done: t('people.granted'), changes },
  )
  const remove = useAct(
    (id: string) => answer(hub().from('mls_user_access').delete().eq('id', id).select('id')),
    { done: t('people.removed'), changes },
  )
  const viewAs = useViewAs()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    grant.mutate({
      email: String(given.get('email')),
      scope: String(given.get('scope')),
      crud: String(given.get('crud')),
      team_ids: String(given.get('teams')).split(/[\s,]+/).filter(Boolean),
    })
  }
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.people')} intro={t('people.intro')} />
      <Load of={people}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('nav.people')}
            empty={t('people.none')}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'email',
                title: t('sign_in.email'),
                by: ({ email }) => email,
                cell: ({ email }) => email,
              },
              {
                id: 'scope',
                title: t('access.scope'),
                by: ({ scope }) => scope,
                cell: ({ scope }) => textOf('scope', scope),
              },
              { id: 'crud', title: t('access.rights'), by: ({ crud }) => crud, cell: ({ crud }) => crud },
              {
                id: 'teams',
                title: t('access.teams'),
                end: true,
                by: ({ team_ids }) => team_ids.length,
                cell: ({ team_ids }) => team_ids.length,
              },
              {
                id: 'seen',
                title: t('people.last_seen'),
                by: ({ last_sign_in_at }) => last_sign_in_at,
                cell: ({ last_sign_in_at }) => ago(last_sign_in_at),
              },
              {
                id: 'acts',
                title: '',
                cell: ({ id, user_id, email }) =>
                  user_id === access?.user_id ? t('people.you') : (
                    <span className='flex gap-1'>
                      <Button
                        busy={viewAs.isPending}
                        onClick={() => viewAs.mutate({ user_id, name: email })}
                        aria-label={`${t('view_as.look')}: ${email}`}
                      >
                        {t('view_as.look')}
                      </Button>
                      <Button
                        kind='danger'
                        busy={remove.isPending}
                        onClick={() => remove.mutate(id)}
                        aria-label={`${t('people.remove')}: ${email}`}
                      >
                        {t('people.remove')}
                      </Button>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Load>
      <More of={people} name={t('nav.people')} />
      <Card title={t('people.grant')}>
        <p className='mb-3 text-sm text-muted'>{t('people.grant_intro')}</p>
        <form onSubmit={submit} className='grid gap-3 sm:grid-cols-2 lg:grid-cols-5'>
          <Input label={t('sign_in.email')} name='email' type='email' required />
          <Select
            label={t('access.scope')}
            name='scope'
            options={scopes.filter((one) => one !== 'system_admin').map((value) => ({
              value,
              label: textOf('scope', value),
            }))}
          />
          <Select
            label={t('access.rights')}
            name='crud'
            defaultValue='cru'
            options={['r', 'ru', 'cru', 'crud']}
          />
          <Input label={t('people.team_ids')} name='teams' />
          <div className='flex items-end'>
            <Button kind='primary' type='submit' busy={grant.isPending}>{t('people.grant')}</Button>
          </div>
        </form>
        {grant.error && (
          <div className='mt-2'>
            <ErrorBox error={grant.error} />
          </div>
        )}
      </Card>
    </div>
  )
}
