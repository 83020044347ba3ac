import { t } from '../i18n/index.ts'
import { hrefOf, useAddress } from './address.ts'
import { Go } from './go.tsx'
import { HomePage } from './home-page.tsx'
import { SearchPage } from './search-page.tsx'

export function Website() {
  const { id, filters } = useAddress()
  return (
    <>
      <header className='border-b bg-card'>
        <div className='mx-auto flex max-w-6xl items-center justify-between p-4'>
          <Go href={hrefOf()} className='text-lg font-semibold'>{t('site.title')}</Go>
        </div>
      </header>
      <main className='mx-auto max-w-6xl p-4'>
        {id ? <HomePage id={id} key={id} /> : <SearchPage filters={filters} />}
      </main>
    </>
  )
}
