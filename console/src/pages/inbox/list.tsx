import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Copy, ImageOff, Images } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { ago, area, money, number } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Badge, Meter, type Tone } from '../../ui/parts.tsx'
import type { InboxRow } from './query.ts'

const badgeTones: Record<string, Tone> = {
  NEW: 'accent',
  GONE_AT_SOURCE: 'bad',
  NO_PHOTOS: 'warn',
  PUBLISHED_BY_RULE: 'good',
}

/** Only the rows in sight are drawn: ten thousand scroll as ten do. Arrow keys walk, Enter opens, c claims. */
export function InboxList(
  { rows, more, complete, claim, claiming }: {
    rows: InboxRow[]
    more: () => void
    complete: boolean
    claim: (row: InboxRow) => void
    claiming?: string
  },
) {
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 92,
    overscan: 8,
    getItemKey: (at) => rows[at]!.id,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 20) more()
  }, [last, rows.length, more])

  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const item = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
    if (!item || (event.target as HTMLElement).matches('input, select')) return
    const at = Number(item.dataset.index)
    const row = rows[at]
    if (event.key === 'c' && row && !event.ctrlKey && !event.metaKey) return claim(row)
    const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : undefined
    if (to === undefined || to < 0 || to >= rows.length) return
    event.preventDefault()
    virtual.scrollToIndex(to)
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${to}"] a`)?.focus())
  }

  return (
    <>
      <p className='mb-2 text-sm text-muted' aria-live='polite'>
        {complete ? t('inbox.count', { count: rows.length }) : t('inbox.count_more', { count: rows.length })}
        <span className='ml-2 hidden md:inline'>{t('inbox.keys')}</span>
      </p>
      <div
        ref={box}
        onKeyDown={walk}
        role='region'
        aria-label={t('inbox.title')}
        tabIndex={0}
        className='h-[calc(100vh-15rem)] min-h-96 overflow-y-auto rounded-lg border bg-card'
      >
        <ul className='relative' style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={complete ? rows.length : -1}
              aria-posinset={index + 1}
              className='absolute inset-x-0 border-b'
              style={{ transform: `translateY(${start}px)` }}
            >
              <InboxItem row={rows[index]!} claim={claim} busy={claiming === rows[index]!.id} />
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

function InboxItem({ row, claim, busy }: { row: InboxRow; claim: (row: InboxRow) => void; busy: boolean }) {
  const twins = (row.match_hints ?? []) as { listing_id: string; ref: string }[]
  return (
    <div className='flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2.5 md:flex-nowrap'>
      <div className='min-w-0 flex-1'>
        <p className='flex flex-wrap items-baseline gap-x-2'>
          <Link
            to='/listings/$id'
            params={{ id: row.id }}
            className='foreign line-clamp-1 font-medium text-accent hover:underline'
          >
            {row.ref} {row.name}
          </Link>
          {row.badges?.map((badge) => (
            <Badge key={badge} tone={badgeTones[badge]}>{textOf('badge', badge)}</Badge>
          ))}
        </p>
        <p className='foreign line-clamp-1 text-sm text-muted'>
          {[
            row.city,
            textOf('property_type', row.property_type),
            row.bedrooms !== null && t('listing.beds', { count: row.bedrooms }),
            area(row.living_area),
            row.origin_system,
            row.source_standard_status,
          ]
            .filter(Boolean).join(' · ')}
        </p>
        {twins.length > 0 && (
          <p className='flex items-center gap-1 text-xs text-warn'>
            <Copy size={12} aria-hidden />
            {t('inbox.twins')} {twins.map((twin) => (
              <Link
                key={twin.listing_id}
                to='/listings/$id'
                params={{ id: twin.listing_id }}
                className='underline'
              >
                {twin.ref}
              </Link>
            ))}
          </p>
        )}
      </div>
      <p className='w-32 text-right font-medium tabular-nums'>
        {row.list_price !== null
          ? money(row.list_price, row.currency_code)
          : money(row.lease_amount, row.currency_code)}
      </p>
      <div className='hidden w-40 text-xs text-muted lg:block'>
        <Meter value={row.completeness ?? 0} label={t('listing.completeness')} />
        {row.missing?.length
          ? (
            <span className='line-clamp-1'>
              {t('listing.lacks')} {row.missing.map((one) => textOf('missing', one)).join(', ')}
            </span>
          )
          : null}
      </div>
      <p className='hidden w-28 items-center gap-2 text-xs text-muted xl:flex'>
        {row.photos_count ? <Images size={14} aria-hidden /> : <ImageOff size={14} aria-hidden />}
        {number(row.photos_count)} · {ago(row.created_at)}
      </p>
      <Button
        busy={busy}
        onClick={() => claim(row)}
        aria-label={t('inbox.claim_one', { ref: row.ref ?? '' })}
      >
        {t('inbox.claim')}
      </Button>
    </div>
  )
}
