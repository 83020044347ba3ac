import { createClient } from '@supabase/supabase-js'
import { useQuery } from '@tanstack/react-query'
import { lazy, type MouseEvent, type ReactNode, Suspense, useEffect, useState } from 'react'
import type { Database } from '../../../database.types.ts'
import { t, textOf } from '../i18n/index.ts'
import { config } from '../lib/config.ts'
import { area, money } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/fields.tsx'
import { Load } from '../ui/load.tsx'
import { Empty, Facts, Skeleton } from '../ui/parts.tsx'
import { Picture } from '../ui/picture.tsx'
import { goTo, hrefOf, useAddress } from './address.ts'

const Atlas = lazy(() => import('../ui/atlas.tsx').then(({ Atlas }) => ({ default: Atlas })))

type Home = Database['public']['Views']['listings_public']['Row']

const client = () =>
  createClient<Database>(config().url, config().publishableKey, { auth: { persistSession: false } })
let hub: ReturnType<typeof client> | undefined
const homes = () => (hub ??= client()).from('listings_public')

async function ask<Data>(question: PromiseLike<{ data: Data; error: unknown }>): Promise<NonNullable<Data>> {
  const { data, error } = await question
  if (error) throw error
  return data as NonNullable<Data>
}

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

function Go({ href, className, children }: { href: string; className?: string; children: ReactNode }) {
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    goTo(href)
    scrollTo(0, 0)
  }
  return <a href={href} className={className} onClick={go}>{children}</a>
}

function SearchPage({ filters }: { filters: Record<string, string> }) {
  const [map, setMap] = useState(false)
  const [chosen, setChosen] = useState<string[]>([])
  const found = useQuery({
    queryKey: ['homes', filters],
    queryFn: () => {
      let question = homes().select('*').order('published_at', { ascending: false }).order('id').limit(200)
      if (filters.market) question = question.eq('market', filters.market)
      if (filters.city) question = question.eq('city', filters.city)
      if (filters.type) question = question.eq('property_type', filters.type)
      if (Number(filters.beds)) question = question.gte('bedrooms', Number(filters.beds))
      if (Number(filters.max)) question = question.lte('price', Number(filters.max))
      return ask(question)
    },
  })
  // what there is to choose from, with how many: of all that is public
  const all = useQuery({
    queryKey: ['facets'],
    queryFn: () => ask(homes().select('market, city, property_type').limit(1000)),
  })
  const set = (changes: Record<string, string>) => goTo(hrefOf(undefined, { ...filters, ...changes }), true)
  const facet = (name: 'market' | 'city' | 'property_type') => [
    { value: '', label: t('common.all') },
    ...[...Map.groupBy(all.data ?? [], (row) => row[name] ?? '')].filter(([value]) => value)
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([value, rows]) => ({
        value,
        label: `${name === 'property_type' ? textOf('property_type', value) : value} (${rows.length})`,
      })),
  ]
  return (
    <>
      <h1 className='mb-3 text-2xl font-semibold'>{t('site.title')}</h1>
      <form
        role='search'
        className='mb-4 flex flex-wrap items-end gap-2'
        onSubmit={(event) => event.preventDefault()}
      >
        <Select
          label={t('access.market')}
          value={filters.market ?? ''}
          onChange={({ target }) => set({ market: target.value })}
          options={facet('market')}
        />
        <Select
          label={t('field.city')}
          value={filters.city ?? ''}
          onChange={({ target }) => set({ city: target.value })}
          options={facet('city')}
        />
        <Select
          label={t('field.property_type')}
          value={filters.type ?? ''}
          onChange={({ target }) => set({ type: target.value })}
          options={facet('property_type')}
        />
        <Input
          label={t('inbox.min_beds')}
          type='number'
          min={0}
          className='w-28'
          defaultValue={filters.beds}
          onBlur={({ target }) => set({ beds: target.value })}
        />
        <Input
          label={t('inbox.max_price')}
          type='number'
          min={0}
          className='w-32'
          defaultValue={filters.max}
          onBlur={({ target }) => set({ max: target.value })}
        />
        <Button aria-pressed={map} onClick={() => setMap(!map)}>{t('nav.map')}</Button>
      </form>
      <Load of={found}>
        {(rows) => {
          const shown = map && chosen.length ? rows.filter(({ id }) => chosen.includes(id!)) : rows
          return (
            <>
              {map && (
                <div className='mb-4'>
                  <Suspense fallback={<Skeleton />}>
                    <Atlas
                      label={t('nav.map')}
                      choose={setChosen}
                      points={rows.flatMap(({ id, latitude, longitude }) =>
                        id && latitude !== null && longitude !== null
                          ? [{ id, lat: latitude, lng: longitude }]
                          : []
                      )}
                    />
                  </Suspense>
                </div>
              )}
              <p className='mb-2 text-sm text-muted' aria-live='polite'>
                {t('site.found', { count: shown.length })}
              </p>
              {shown.length === 0
                ? <Empty>{t('inbox.none_filtered')}</Empty>
                : (
                  <ul className='grid gap-4 sm:grid-cols-2 lg:grid-cols-3'>
                    {shown.map((home) => <Tile key={home.id} home={home} />)}
                  </ul>
                )}
            </>
          )
        }}
      </Load>
    </>
  )
}

interface Photo {
  url: string
  title?: string | null
}

const photosOf = (home: Home) => (home.photos ?? []) as unknown as Photo[]
const nameOf = (home: Home) => home.name || home.ref || ''

function Tile({ home }: { home: Home }) {
  return (
    <li className='overflow-hidden rounded-lg border bg-card'>
      <Picture src={photosOf(home)[0]?.url} alt='' className='aspect-4/3 w-full' />
      <div className='p-3'>
        <h2 className='foreign line-clamp-2 font-medium'>
          <Go href={hrefOf(home.id!)} className='text-accent underline'>{nameOf(home)}</Go>
        </h2>
        <p className='font-semibold tabular-nums'>{money(home.price ?? home.rent, home.currency_code)}</p>
        <p className='foreign text-sm text-muted'>
          {[
            home.city,
            home.bedrooms !== null && t('listing.beds', { count: home.bedrooms }),
            area(home.living_area),
          ].filter(Boolean).join(' · ')}
        </p>
      </div>
    </li>
  )
}

function HomePage({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ['home', id],
    queryFn: async () =>
      /^[0-9a-f-]{36}$/.test(id) ? (await ask(homes().select('*').eq('id', id).limit(1)))[0] ?? null : null,
  })
  return (
    <Load of={found}>
      {(home) =>
        home
          ? <HomeView home={home} />
          : (
            <Empty action={<Go href={hrefOf()} className='text-accent underline'>{t('site.back')}</Go>}>
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
  const [first, ...others] = photosOf(home)
  return (
    <article className='space-y-4'>
      <Go href={hrefOf()} className='text-accent underline'>{t('site.back')}</Go>
      <div>
        <h1 className='foreign text-2xl font-semibold'>{nameOf(home)}</h1>
        <p className='text-xl font-semibold tabular-nums'>
          {money(home.price ?? home.rent, home.currency_code)}
        </p>
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
        <p className='foreign whitespace-pre-wrap' dir='auto'>{home.description}</p>
        <Facts
          of={[
            [t('field.property_type'), textOf('property_type', home.property_type)],
            [t('field.city'), home.city],
            [t('field.street'), home.street],
            [t('field.bedrooms'), home.bedrooms],
            [t('field.bathrooms'), home.bathrooms],
            [t('field.living_area'), area(home.living_area)],
            [t('field.lot_size'), area(home.lot_size)],
            [t('field.year_built'), home.year_built],
            ['Ref', home.ref],
          ]}
        />
      </div>
    </article>
  )
}

/** Structured data for search engines (schema.org). It is data: the page's policy lets no script of this kind run. */
function describe(home: Home): () => void {
  const element = document.createElement('script')
  element.type = 'application/ld+json'
  element.textContent = JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'RealEstateListing',
    name: nameOf(home),
    description: home.description,
    datePosted: home.published_at,
    url: location.href,
    image: photosOf(home).map(({ url }) => url),
    offers: { '@type': 'Offer', price: home.price ?? home.rent, priceCurrency: home.currency_code },
    contentLocation: {
      '@type': 'Place',
      address: {
        '@type': 'PostalAddress',
        streetAddress: home.street,
        addressLocality: home.city,
        addressRegion: home.state,
        postalCode: home.post_code,
        addressCountry: home.country,
      },
      ...home.latitude !== null
        ? { geo: { '@type': 'GeoCoordinates', latitude: home.latitude, longitude: home.longitude } }
        : {},
    },
  }).replaceAll('<', '\\u003c')
  document.head.append(element)
  return () => element.remove()
}
