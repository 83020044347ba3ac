import { t } from '../i18n/index.ts'
import { area, money } from '../lib/format.ts'
import { Picture } from '../ui/picture.tsx'
import { hrefOf } from './address.ts'
import { Go } from './go.tsx'
import type { Home } from './search.ts'

export const nameOf = (home: Home) => home.X_PropertyName || home.ListingId || home.City || t('site.home')

export const priceOf = (home: Home) => money(home.ListPrice ?? home.LeaseAmount, home.ListPriceCurrencyCode)

export function Tiles({ homes }: { homes: Home[] }) {
  return (
    <ul className='grid gap-4 sm:grid-cols-2 lg:grid-cols-3'>
      {homes.map((home) => <Tile key={home.key} home={home} />)}
    </ul>
  )
}

function Tile({ home }: { home: Home }) {
  return (
    <li className='overflow-hidden rounded-lg border bg-card'>
      <Picture src={home.Media[0]?.url} alt='' className='aspect-4/3 w-full' />
      <div className='p-3'>
        <h2 className='foreign line-clamp-2 font-medium'>
          <Go href={hrefOf(home.key)} className='text-accent underline'>{nameOf(home)}</Go>
        </h2>
        <p className='font-semibold tabular-nums'>{priceOf(home)}</p>
        <p className='foreign line-clamp-2 text-sm text-muted'>
          {[
            home.City,
            home.BedroomsTotal !== null && t('listing.beds', { count: home.BedroomsTotal }),
            home.LivingArea !== null && area(home.LivingArea),
          ].filter(Boolean).join(' · ')}
        </p>
      </div>
    </li>
  )
}
