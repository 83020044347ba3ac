import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { t } from '../i18n/index.ts'
import { useFilters } from '../lib/filters.ts'
import { line, titleOf } from '../lib/foreign.ts'
import { money } from '../lib/format.ts'
import { counted, hub } from '../lib/hub.ts'
import { Select } from '../ui/fields.tsx'
import { Load } from '../ui/load.tsx'
import { PageHead, Skeleton, StatusBadge } from '../ui/parts.tsx'

const Atlas = lazy(() => import('../ui/atlas.tsx').then(({ Atlas }) => ({ default: Atlas })))

/** Points that a browser draws at once without stopping; the page says how many more there are. */
const mostPoints = 2_000

/** Listings on the map: of the inbox, or claimed ones. The list beside it says the same to those who see no map. */
export function Page() {
  const [filters, change] = useFilters()
  const [chosen, setChosen] = useState<string[]>([])
  const which = filters.which === 'claimed' ? 'claimed' : 'inbox'
  const listings = useQuery({
    queryKey: [which === 'claimed' ? 'board' : 'inbox', 'map'],
    queryFn: () => {
      const question = hub().from('mls_listings')
        .select('id, ref, name, city, status, list_price, lease_amount, currency_code, latitude, longitude', {
          count: 'exact',
        })
        .not('latitude', 'is', null).order('seq', { ascending: false }).limit(mostPoints)
      return counted(
        which === 'claimed' ? question.not('claimed_at', 'is', null) : question.is('claimed_at', null),
      )
    },
  })
  return (
    <>
      <PageHead title={t('nav.map')} intro={t('map.intro')}>
        <Select
          label={t('map.which')}
          quiet
          value={which}
          onChange={({ target }) => change({ which: target.value })}
          options={[{ value: 'inbox', label: t('nav.inbox') }, { value: 'claimed', label: t('nav.board') }]}
        />
      </PageHead>
      <Load of={listings}>
        {({ rows, count }) => {
          const shown = chosen.length ? rows.filter(({ id }) => chosen.includes(id)) : rows.slice(0, 50)
          return (
            <div className='grid gap-4 lg:grid-cols-[1fr_22rem]'>
              <Suspense fallback={<Skeleton lines={12} />}>
                <Atlas
                  points={rows.map(({ id, latitude, longitude }) => ({
                    id,
                    lat: latitude!,
                    lng: longitude!,
                  }))}
                  choose={setChosen}
                  label={t('nav.map')}
                />
              </Suspense>
              <section
                aria-label={t('map.list')}
                tabIndex={0}
                className='max-h-[70vh] overflow-y-auto rounded-lg border bg-card'
              >
                <p className='border-b p-2 text-xs text-muted' aria-live='polite'>
                  {t('inbox.count', { count: chosen.length || count })}
                  {rows.length < count && ` · ${t('map.newest', { count: rows.length })}`}
                  {shown.length < (chosen.length || rows.length) &&
                    ` · ${
                      t('common.shown_of', { count: shown.length, total: chosen.length || rows.length })
                    }`}
                </p>
                <ul className='divide-y'>
                  {shown.map((row) => (
                    <li key={row.id} className='p-2 text-sm'>
                      <Link
                        to='/listings/$id'
                        params={{ id: row.id }}
                        className='foreign text-accent underline'
                      >
                        {titleOf(row)}
                      </Link>
                      <p className='foreign text-muted'>
                        {line([row.city, money(row.list_price ?? row.lease_amount, row.currency_code)])}{' '}
                        <StatusBadge status={row.status} />
                      </p>
                    </li>
                  ))}
                </ul>
              </section>
            </div>
          )
        }}
      </Load>
    </>
  )
}
