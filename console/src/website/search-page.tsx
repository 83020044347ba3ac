import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/button.tsx'
import { Empty, ErrorBox, Skeleton } from '../ui/parts.tsx'
import { goTo, hrefOf, rememberSearch } from './address.ts'
import { Filters } from './filters.tsx'
import { Prices } from './prices.tsx'
import { searchHomes, searchOf } from './search.ts'
import { Tiles } from './tile.tsx'

const HomesMap = lazy(() => import('./map.tsx').then(({ HomesMap }) => ({ default: HomesMap })))

const pageSize = 24

export function SearchPage({ filters }: { filters: Record<string, string> }) {
  const search = searchOf(filters)
  const found = useInfiniteQuery({
    queryKey: ['homes', search],
    initialPageParam: undefined as string | undefined,
    // the first page knows how many there are and of what kinds
    queryFn: ({ pageParam: cursor }) =>
      searchHomes({ ...search, limit: pageSize, cursor, include: cursor ? [] : ['count', 'facets'] }),
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
  useEffect(() => {
    document.title = t('site.title')
    rememberSearch(filters)
  }, [filters])
  const set = (changes: Record<string, string>) => goTo(hrefOf(undefined, { ...filters, ...changes }), true)
  const first = found.data?.pages[0]
  const homes = found.data?.pages.flatMap(({ listings }) => listings) ?? []
  return (
    <>
      <h1 className='mb-3 text-2xl font-semibold'>{t('site.title')}</h1>
      <Filters filters={filters} set={set} facets={first?.facets} />
      {filters.map && (
        <div className='mb-4'>
          <Suspense fallback={<Skeleton />}>
            <HomesMap search={search} move={(box) => set({ box })} />
          </Suspense>
        </div>
      )}
      {found.error && <ErrorBox error={found.error} retry={() => found.refetch()} />}
      {!found.error && !first && <Skeleton />}
      {first && !found.error && (
        <>
          <Prices buckets={first.facets?.price ?? []} choose={set} />
          <p className='mb-2 text-sm text-muted' aria-live='polite' aria-busy={found.isFetching}>
            {t('site.found', { count: first.count ?? 0 })}
          </p>
          {homes.length === 0 ? <Empty>{t('inbox.none_filtered')}</Empty> : <Tiles homes={homes} />}
          {found.hasNextPage && (
            <p className='mt-4 text-center'>
              <Button busy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
                {t('site.more')}
              </Button>
            </p>
          )}
        </>
      )}
    </>
  )
}
