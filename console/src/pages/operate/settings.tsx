import { type FormEvent } from 'react'
import { t } from '../../i18n/index.ts'
import { door } from '../../lib/hub.ts'
import { useAccess } from '../../lib/session.tsx'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/fields.tsx'
import { Card, ErrorBox, PageHead } from '../../ui/parts.tsx'
import { Records } from './records.tsx'

/** What is set in the hub, its markets, what each used, and what operators did. */
export function Page() {
  const access = useAccess()
  const month = new Date().toISOString().slice(0, 7)
  const lists = [
    { path: 'admin/markets', title: t('settings.markets') },
    { path: 'admin/settings', title: t('nav.settings') },
    { path: `admin/usage?month=${month}`, title: t('settings.usage', { month }) },
    { path: 'admin/actions', title: t('settings.actions'), turn: 'before' as const },
  ]
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.settings')} intro={t('settings.intro')} />
      {lists.map(({ path, title, turn }) => (
        <section key={path} className='space-y-2'>
          <h2 className='font-semibold'>{title}</h2>
          <Records path={path} turn={turn} caption={title} empty='–' />
        </section>
      ))}
      {access?.scope === 'system_admin' && <NewMarket />}
    </div>
  )
}

/** A market with its first office. */
function NewMarket() {
  const create = useAct(
    (market: Record<string, unknown>) => door('admin/markets', { method: 'POST', json: market }),
    { done: t('form.saved'), changes: [['door', 'admin/markets']] },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const text = (name: string) => String(given.get(name)).trim()
    create.mutate({
      code: text('code'),
      name: text('name'),
      currency: text('currency'),
      office: { key: text('office'), origin_system: text('source') },
    })
  }
  return (
    <Card title={t('settings.new_market')}>
      <form onSubmit={submit} className='grid gap-3 sm:grid-cols-2 lg:grid-cols-3'>
        <Input label={t('sources.code')} name='code' required pattern='[A-Z][A-Z0-9_]{1,19}' />
        <Input label={t('common.name')} name='name' required />
        <Input label={t('settings.currency')} name='currency' required pattern='[A-Z]{3}' />
        <Input label={t('common.office')} name='office' required />
        <Input label={t('common.source')} name='source' required defaultValue='MANUAL' />
        <div className='flex items-end'>
          <Button kind='primary' type='submit' busy={create.isPending}>{t('settings.new_market')}</Button>
        </div>
      </form>
      {create.error && (
        <div className='mt-2'>
          <ErrorBox error={create.error} />
        </div>
      )}
    </Card>
  )
}
