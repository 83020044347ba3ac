import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { useFilters } from '../../lib/filters.ts'
import { answer, hub } from '../../lib/hub.ts'
import { propertyTypes } from '../../lib/property-types.ts'
import { useAct } from '../../ui/act.ts'
import type { Search } from '../../router.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Input, Select } from '../../ui/fields.tsx'
import { Empty, ErrorBox, PageHead, Skeleton } from '../../ui/parts.tsx'
import { InboxList } from './list.tsx'
import { type InboxRow, pageSize, useInbox, useInboxCount } from './query.ts'

export function Page() {
  const [filters] = useFilters()
  return (
    <>
      <PageHead title={t('inbox.title')} intro={t('inbox.intro')} />
      <Filters />
      <Rows key={JSON.stringify(filters)} filters={filters} />
    </>
  )
}

function Rows({ filters }: { filters: Search }) {
  const [origin, setOrigin] = useState(0)
  const inbox = useInbox(filters, origin)
  const total = useInboxCount(filters).data ?? 0
  const claim = useClaim()
  const pages = inbox.data?.pages
  const stretch = useMemo(() => {
    const rows = pages?.flatMap((page) => page.rows) ?? []
    return { rows, at: pages?.[0]?.at ?? origin }
  }, [pages, origin])
  const { hasNextPage, hasPreviousPage, isFetching, isPending, fetchNextPage, fetchPreviousPage } = inbox
  const { rows, at } = stretch
  const end = at + rows.length
  const look = useCallback((first: number, last: number) => {
    // whoever drags far away reads on from there, not all that lies between
    if (last < at - pageSize || first > end + pageSize) return setOrigin(Math.max(0, first - 50))
    if (isFetching) return
    if (hasNextPage && last >= end - 20) fetchNextPage()
    else if (hasPreviousPage && first < at + 20) fetchPreviousPage()
  }, [isFetching, hasNextPage, hasPreviousPage, fetchNextPage, fetchPreviousPage, at, end])

  if (inbox.error && rows.length === 0) {
    return <ErrorBox error={inbox.error} retry={() => inbox.refetch()} />
  }
  if (isPending && origin === 0) return <Skeleton lines={10} />
  if (rows.length === 0 && origin === 0) return <NothingFound />
  return (
    <InboxList
      stretch={stretch}
      // the count is of another moment than the rows
      total={hasNextPage || isPending ? Math.max(total, end) : end}
      look={look}
      claiming={claim.isPending ? claim.variables?.id : undefined}
      claim={claim.mutate}
    />
  )
}

function useClaim() {
  const navigate = useNavigate()
  return useAct(
    (row: InboxRow) => answer(hub().rpc('claim_listing', { listing_id: row.id })),
    {
      done: (_, row) => t('inbox.claimed', { ref: row.ref ?? '' }),
      changes: [['inbox'], ['board']],
      after: (_, row) => navigate({ to: '/listings/$id', params: { id: row.id } }),
    },
  )
}

const badges = [
  'NEW',
  'GONE_AT_SOURCE',
  'NO_PHOTOS',
  'NO_LOCATION',
  'CURRENCY_ASSUMED',
  'REF_COLLISION',
  'SALE_AND_RENT',
  'PUBLISHED_BY_RULE',
]
const statuses = ['Active', 'ComingSoon', 'Pending', 'Closed', 'Withdrawn', 'Canceled', 'Expired', 'Hold']

function Filters() {
  const [filters, change] = useFilters()
  const any = (label: string) => ({ value: '', label })
  return (
    <form
      role='search'
      aria-label={t('common.filters')}
      className='mb-3 flex flex-wrap items-end gap-2'
      onSubmit={(event) => event.preventDefault()}
    >
      <Input
        label={t('common.search')}
        type='search'
        className='w-52'
        defaultValue={filters.q}
        onChange={({ target }) => change({ q: target.value })}
      />
      <Input
        label={t('field.city')}
        className='w-36'
        defaultValue={filters.city}
        onBlur={({ target }) => change({ city: target.value })}
      />
      <Select
        label={t('field.property_type')}
        className='w-40'
        value={filters.type ?? ''}
        onChange={({ target }) => change({ type: target.value })}
        options={[
          any(t('common.all')),
          ...propertyTypes.map((value) => ({ value, label: textOf('property_type', value) })),
        ]}
      />
      <Select
        label={t('inbox.badge')}
        className='w-44'
        value={filters.badge ?? ''}
        onChange={({ target }) => change({ badge: target.value })}
        options={[any(t('common.all')), ...badges.map((value) => ({ value, label: textOf('badge', value) }))]}
      />
      <Select
        label={t('inbox.source_status')}
        className='w-36'
        value={filters.status ?? ''}
        onChange={({ target }) => change({ status: target.value })}
        options={[any(t('common.all')), ...statuses]}
      />
      <Input
        label={t('inbox.min_price')}
        type='number'
        min={0}
        className='w-28'
        defaultValue={filters.min}
        onBlur={({ target }) => change({ min: target.value })}
      />
      <Input
        label={t('inbox.max_price')}
        type='number'
        min={0}
        className='w-28'
        defaultValue={filters.max}
        onBlur={({ target }) => change({ max: target.value })}
      />
      <Input
        label={t('inbox.min_beds')}
        type='number'
        min={0}
        className='w-36'
        defaultValue={filters.beds}
        onBlur={({ target }) => change({ beds: target.value })}
      />
      <Checkbox
        label={t('inbox.with_photos')}
        checked={!!filters.photos}
        onChange={({ target }) => change({ photos: target.checked ? '1' : undefined })}
      />
    </form>
  )
}

function NothingFound() {
  const [filters, change] = useFilters()
  const filtered = Object.values(filters).some(Boolean)
  const clear = () => change(Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])))
  return (
    <Empty action={filtered && <Button onClick={clear}>{t('common.clear_filters')}</Button>}>
      {t(filtered ? 'inbox.none_filtered' : 'inbox.none')}
    </Empty>
  )
}
