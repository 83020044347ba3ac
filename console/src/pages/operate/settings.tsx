import { t } from '../../i18n/index.ts'
import { PageHead } from '../../ui/parts.tsx'
import { Records } from './records.tsx'

/** What is set in the hub, its markets, and what each used. */
export function Page() {
  const month = new Date().toISOString().slice(0, 7)
  return (
    <div className='space-y-4'>
      <PageHead title={t('nav.settings')} intro={t('settings.intro')} />
      <section className='space-y-2'>
        <h2 className='font-semibold'>{t('settings.markets')}</h2>
        <Records path='admin/markets' caption={t('settings.markets')} empty='–' />
      </section>
      <section className='space-y-2'>
        <h2 className='font-semibold'>{t('nav.settings')}</h2>
        <Records path='admin/settings' caption={t('nav.settings')} empty='–' />
      </section>
      <section className='space-y-2'>
        <h2 className='font-semibold'>{t('settings.usage', { month })}</h2>
        <Records path={`admin/usage?month=${month}`} caption={t('settings.usage', { month })} empty='–' />
      </section>
    </div>
  )
}
