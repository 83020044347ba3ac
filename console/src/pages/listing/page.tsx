import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Tabs } from 'radix-ui'
import { type ComponentType, lazy, Suspense } from 'react'
import { type Key, t, textOf } from '../../i18n/index.ts'
import { useFilters } from '../../lib/filters.ts'
import { line, titleOf } from '../../lib/foreign.ts'
import { dateTime, money } from '../../lib/format.ts'
import { answer, hub } from '../../lib/hub.ts'
import { useAccess } from '../../lib/session.tsx'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Load } from '../../ui/load.tsx'
import { Badge, Empty, Meter, PageHead, Skeleton, StatusBadge } from '../../ui/parts.tsx'
import type { Listing } from './fields.ts'
import { Form } from './form.tsx'
import { boardQuery, driftQuery, listingQuery } from './queries.ts'

export interface Part {
  listing: Listing
  /** Whether the user may change it: it is claimed, and theirs to act on. */
  mine: boolean
}

const parts: { id: string; label: Key; view: ComponentType<Part> }[] = [
  { id: 'form', label: 'listing.tab_form', view: Form },
  {
    id: 'source',
    label: 'listing.tab_source',
    view: lazy(() => import('./source.tsx').then(({ Source }) => ({ default: Source }))),
  },
  {
    id: 'photos',
    label: 'listing.tab_photos',
    view: lazy(() => import('./photos.tsx').then(({ Photos }) => ({ default: Photos }))),
  },
  {
    id: 'steps',
    label: 'listing.tab_steps',
    view: lazy(() => import('./steps.tsx').then(({ Steps }) => ({ default: Steps }))),
  },
  {
    id: 'moves',
    label: 'listing.tab_moves',
    view: lazy(() => import('./moves.tsx').then(({ Moves }) => ({ default: Moves }))),
  },
  {
    id: 'portals',
    label: 'listing.tab_portals',
    view: lazy(() => import('./portals.tsx').then(({ Portals }) => ({ default: Portals }))),
  },
  {
    id: 'talk',
    label: 'listing.tab_talk',
    view: lazy(() => import('./talk.tsx').then(({ Talk }) => ({ default: Talk }))),
  },
  {
    id: 'history',
    label: 'listing.tab_history',
    view: lazy(() => import('./history.tsx').then(({ History }) => ({ default: History }))),
  },
]

export function Page() {
  const { id = '' } = useParams({ strict: false })
  const listing = useQuery(listingQuery(id))
  return (
    <Load of={listing} lines={12}>
      {(row) => row ? <Opened listing={row} key={row.id} /> : <Empty>{t('listing.not_found')}</Empty>}
    </Load>
  )
}

function Opened({ listing }: { listing: Listing }) {
  const [filters, change] = useFilters()
  const access = useAccess()
  const { data: drift } = useQuery({ ...driftQuery(listing.id), enabled: !!listing.claimed_at })
  const acts = access?.acts_for?.includes(listing.broker_id ?? '') ||
    access?.acts_for?.includes(listing.co_broker_id ?? '')
  const mine = !!listing.claimed_at && !!access?.crud.includes('u') && (!!access.sees_whole_tenant || !!acts)
  const tab = parts.some(({ id }) => id === filters.tab) ? filters.tab! : 'form'
  return (
    <>
      <Head listing={listing} />
      <Tabs.Root value={tab} onValueChange={(tab) => change({ tab })}>
        <Tabs.List
          aria-label={t('listing.parts')}
          className='relative mb-4 flex gap-1 overflow-x-auto border-b'
        >
          {parts.map(({ id, label }) => (
            <Tabs.Trigger
              key={id}
              value={id}
              className='min-h-10 shrink-0 border-b-2 border-transparent px-3 text-sm text-muted data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-accent'
            >
              {t(label)}
              {id === 'source' && !!drift?.length && (
                <span className='ml-1.5'>
                  <Badge tone='warn'>{drift.length}</Badge>
                </span>
              )}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {parts.map(({ id, view: View }) => (
          // the form stays, hidden, with what was typed
          <Tabs.Content key={id} value={id} forceMount={id === 'form' ? true : undefined} hidden={tab !== id}>
            <Suspense fallback={<Skeleton />}>
              <View listing={listing} mine={mine} />
            </Suspense>
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </>
  )
}

function Head({ listing }: { listing: Listing }) {
  const { data: board } = useQuery({ ...boardQuery(listing.id), enabled: !!listing.claimed_at })
  const claim = useAct(
    () => answer(hub().rpc('claim_listing', { listing_id: listing.id })),
    {
      done: t('inbox.claimed', { ref: listing.ref ?? '' }),
      changes: [['listing', listing.id], ['inbox'], ['board']],
    },
  )
  return (
    <PageHead
      title={titleOf(listing)}
      intro={
        <span className='flex flex-wrap items-center gap-x-3 gap-y-1'>
          <StatusBadge status={listing.status} />
          <span className='font-medium text-ink'>
            {money(listing.list_price ?? listing.lease_amount, listing.currency_code)}
          </span>
          <span className='foreign'>
            {line([listing.city, textOf('property_type', listing.property_type), listing.origin_system])}
          </span>
          {listing.claimed_at && (
            <span>{t('listing.claimed_at', { time: dateTime(listing.claimed_at) })}</span>
          )}
          {board && <Meter value={board.completeness ?? 0} label={t('listing.completeness')} />}
          {!!board?.missing?.length && (
            <span className='text-warn'>
              {t('listing.lacks')} {board.missing.map((one) => textOf('missing', one)).join(', ')}
            </span>
          )}
        </span>
      }
    >
      {!listing.claimed_at && (
        <Button kind='primary' busy={claim.isPending} onClick={() => claim.mutate()}>
          {t('inbox.claim')}
        </Button>
      )}
    </PageHead>
  )
}
