import { useQuery } from '@tanstack/react-query'
import { t, textOf } from '../../i18n/index.ts'
import { dateTime, money } from '../../lib/format.ts'
import { Load } from '../../ui/load.tsx'
import { Cut } from '../../ui/more.tsx'
import { Card, Empty } from '../../ui/parts.tsx'
import type { Part } from './page.tsx'
import { historyQuery, newest } from './queries.ts'

/** What happened to the listing: statuses and prices, newest first. */
export function History({ listing }: Part) {
  const history = useQuery(historyQuery(listing.id))
  return (
    <Card title={t('listing.tab_history')}>
      <Load of={history}>
        {({ statuses, prices }) => {
          const events = [
            ...statuses.map((one) => ({
              key: `s${one.id}`,
              at: one.changed_at,
              reason: one.reason,
              text: [one.from_status && textOf('status', one.from_status), textOf('status', one.to_status)]
                .filter(Boolean).join(' → '),
            })),
            ...prices.map((one) => ({
              key: `p${one.id}`,
              at: one.changed_at,
              reason: one.reason,
              text: `${textOf('price_kind', one.price_kind)}: ${money(one.old_price, one.currency_code)} → ${
                money(one.new_price, one.currency_code)
              }`,
            })),
          ].sort((a, b) => b.at.localeCompare(a.at))
          if (events.length === 0) return <Empty>{t('history.none')}</Empty>
          return (
            <ol className='space-y-3 border-l pl-4'>
              {events.map(({ key, at, text, reason }) => (
                <li key={key} className='text-sm'>
                  <p className='font-medium'>{text}</p>
                  {reason && <p className='foreign'>{reason}</p>}
                  <p className='text-xs text-muted'>{dateTime(at)}</p>
                </li>
              ))}
            </ol>
          )
        }}
      </Load>
      <Cut
        shown={Math.max(history.data?.statuses.length ?? 0, history.data?.prices.length ?? 0)}
        limit={newest}
      />
    </Card>
  )
}
