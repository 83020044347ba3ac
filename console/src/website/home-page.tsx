import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { area } from '../lib/format.ts'
import { Load } from '../ui/load.tsx'
import { Empty, Facts } from '../ui/parts.tsx'
import { Picture } from '../ui/picture.tsx'
import { lastSearch } from './address.ts'
import { Go } from './go.tsx'
import { type Home, readHome, similarHomes } from './search.ts'
import { describe } from './structured-data.ts'
import { nameOf, priceOf, Tiles } from './tile.tsx'

export function HomePage({ id }: { id: string }) {
  const found = useQuery({ queryKey: ['home', id], queryFn: () => readHome(id.slice(0, 200)) })
  return (
    <Load of={found}>
      {(home) =>
        home
          ? <HomeView home={home} />
          : (
            <Empty action={<Go href={lastSearch()} className='text-accent underline'>{t('site.back')}</Go>}>
              {t('site.gone')}
            </Empty>
          )}
    </Load>
  )
}

function HomeView({ home }: { home: Home }) {
  useEffect(() => {
    document.title = nameOf(home)
    return describe(home)
  }, [home])
  const [first, ...others] = home.Media
  return (
    <article className='space-y-4'>
      <Go href={lastSearch()} className='text-accent underline'>{t('site.back')}</Go>
      <div>
        <h1 className='foreign text-2xl font-semibold'>{nameOf(home)}</h1>
        <p className='text-xl font-semibold tabular-nums'>{priceOf(home)}</p>
      </div>
      <Picture
        src={first?.url}
        alt={first?.title ?? nameOf(home)}
        className='aspect-16/9 w-full rounded-lg'
      />
      {others.length > 0 && (
        <ul className='grid grid-cols-3 gap-2 sm:grid-cols-5'>
          {others.slice(0, 10).map((photo, at) => (
            <li key={at}>
              <Picture src={photo.url} alt={photo.title ?? ''} className='aspect-4/3 w-full rounded' />
            </li>
          ))}
        </ul>
      )}
      <div className='grid gap-6 md:grid-cols-[2fr_1fr]'>
        <p className='foreign whitespace-pre-wrap' dir='auto'>{home.PublicRemarks}</p>
        <Facts
          of={[
            [t('field.property_type'), textOf('property_type', home.PropertyType)],
            [t('field.city'), home.City],
            [t('field.street'), home.UnparsedAddress],
            [t('field.bedrooms'), home.BedroomsTotal],
            [t('field.bathrooms'), home.BathroomsTotalInteger],
            [t('field.living_area'), area(home.LivingArea)],
            [t('field.lot_size'), area(home.LotSizeSquareFeet)],
            [t('field.year_built'), home.YearBuilt],
            ['Ref', home.ListingId],
          ]}
        />
      </div>
      <Similar to={home} />
    </article>
  )
}

/** Beside the page: where there are none, or they cannot be had, it does without. */
function Similar({ to }: { to: Home }) {
  const { data } = useQuery({ queryKey: ['similar', to.key], queryFn: () => similarHomes(to.key) })
  if (!data || data.listings.length === 0) return null
  return (
    <section>
      <h2 className='mb-2 text-lg font-semibold'>{t('site.similar')}</h2>
      <Tiles homes={data.listings} />
    </section>
  )
}
