import { Link } from '@tanstack/react-router'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { Copy, ImageOff, Images } from 'lucide-react'
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { line, titleOf } from '../../lib/foreign.ts'
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

/** Rows that were read, and the place of the first of them in the whole list. */
export interface Stretch {
  rows: InboxRow[]
  at: number
}

/**
 * Only the rows in sight are drawn: ten thousand scroll as ten do. Those that are not read yet keep their place, and
 * `look` is told where one is. Arrow keys walk, Home goes to the newest, Enter opens, c claims.
 */
export function InboxList(
  { stretch: { rows, at: start }, total, look, claim, claiming }: {
    stretch: Stretch
    total: number
    look: (first: number, last: number) => void
    claim: (row: InboxRow) => void
    claiming?: string
  },
) {
  const box = useRef<HTMLDivElement>(null)
  // the row with the focus is drawn even out of sight: the focus would be lost with it
  const [held, setHeld] = useState<number>()
  const rangeExtractor = useCallback((range: Range) => {
    const drawn = defaultRangeExtractor(range)
    if (held === undefined || held >= range.count || drawn.includes(held)) return drawn
    return [...drawn, held].toSorted((a, b) => a - b)
  }, [held])
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => 92,
    overscan: 8,
    rangeExtractor,
    getItemKey: (at) => rows[at - start]?.id ?? at,
  })
  const items = virtual.getVirtualItems()
  const { startIndex, endIndex } = virtual.range ?? { startIndex: 0, endIndex: 0 }
  useEffect(() => {
    // not while one still drags
    const timer = setTimeout(() => look(startIndex, endIndex), 100)
    return () => clearTimeout(timer)
  }, [look, startIndex, endIndex])

  // whoever presses faster than rows are drawn walks on from the row that is to come
  const next = useRef<number>(undefined)
  const focusNext = () => {
    if (next.current === undefined) return
    box.current?.querySelector<HTMLElement>(`[data-index="${next.current}"] a`)?.focus()
  }
  useLayoutEffect(focusNext)

  const placeOf = (target: EventTarget) => {
    const item = (target as HTMLElement).closest<HTMLElement>('[data-index]')
    return item ? Number(item.dataset.index) : undefined
  }
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = next.current ?? placeOf(event.target)
    const row = at === undefined ? undefined : rows[at - start]
    if (event.key === 'c' && row && !event.ctrlKey && !event.metaKey) return claim(row)
    const to = event.key === 'ArrowDown'
      ? (at ?? -1) + 1
      : event.key === 'ArrowUp' && at !== undefined
      ? at - 1
      : event.key === 'Home'
      ? 0
      : undefined
    if (to === undefined || to < 0 || to >= total || !rows[to - start]) return
    event.preventDefault()
    virtual.scrollToIndex(to)
    next.current = to
    setHeld(to)
    focusNext()
  }

  return (
    <>
      <p className='mb-2 text-sm text-muted' aria-live='polite'>
        {t('inbox.count', { count: total })}
        <span className='ml-2 hidden md:inline'>{t('inbox.keys')}</span>
      </p>
      <div
        ref={box}
        onKeyDown={walk}
        onFocus={({ target }) => {
          next.current = undefined
          setHeld(placeOf(target))
        }}
        onBlur={() => {
          next.current = undefined
          setHeld(undefined)
        }}
        role='region'
        aria-label={t('inbox.title')}
        tabIndex={0}
        className='h-[calc(100vh-15rem)] min-h-96 overflow-y-auto rounded-lg border bg-card'
      >
        <ul className='relative' style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start: top }) => {
            const row = rows[index - start]
            return (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-setsize={total}
                aria-posinset={index + 1}
                aria-busy={!row || undefined}
                className='absolute inset-x-0 border-b'
                style={{ transform: `translateY(${top}px)` }}
              >
                {row
                  ? <InboxItem row={row} claim={claim} busy={claiming === row.id} />
                  : <div className='m-3 h-16 animate-pulse rounded bg-sunken' />}
              </li>
            )
          })}
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
            {titleOf(row)}
          </Link>
          {row.badges?.map((badge) => (
            <Badge key={badge} tone={badgeTones[badge]}>{textOf('badge', badge)}</Badge>
          ))}
        </p>
        <p className='foreign line-clamp-1 text-sm text-muted'>
          {line([
            row.city,
            textOf('property_type', row.property_type),
            row.bedrooms !== null && t('listing.beds', { count: row.bedrooms }),
            area(row.living_area),
            row.origin_system,
            row.source_standard_status,
          ])}
        </p>
        {twins.length > 0 && (
          <p className='flex items-center gap-1 text-xs text-warn'>
            <Copy size={12} aria-hidden />
            {t('inbox.twins')} {twins.map((twin) => (
              <Link
                key={twin.listing_id}
                to='/listings/$id'
                params={{ id: twin.listing_id }}
                className='foreign underline'
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
