import { useQuery } from '@tanstack/react-query'
import { t, textOf } from '../../i18n/index.ts'
import { dateTime, words } from '../../lib/format.ts'
import { usePages } from '../../lib/pages.ts'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, Card, type Tone } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { portalNamesQuery, sentPages } from './queries.ts'

const tones: Partial<Record<string, Tone>> = { sent: 'good', withdrawn: 'plain', refused: 'bad' }

/** What portals were told of the listing in 90 days, when, and what they answered; newest first. */
export function Sent({ listing }: { listing: { id: string } }) {
  const sent = usePages({ ...sentPages(listing.id), refetchInterval: 15_000 })
  const { data: names } = useQuery(portalNamesQuery)
  const nameOf = ({ portal_id }: { portal_id: string }) => names?.get(portal_id) ?? portal_id
  return (
    <Card title={t('sent.title')}>
      <Load of={sent} lines={3}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('sent.title')}
            empty={t('sent.none')}
            rowKey={({ id }) => String(id)}
            columns={[
              {
                id: 'when',
                title: t('common.when'),
                by: ({ last_at }) => last_at,
                cell: ({ last_at }) => dateTime(last_at),
              },
              {
                id: 'portal',
                title: t('deliveries.portal'),
                by: nameOf,
                cell: nameOf,
              },
              {
                id: 'outcome',
                title: t('common.status'),
                by: ({ outcome }) => outcome,
                cell: ({ outcome, attempts }) => (
                  <>
                    <Badge tone={tones[outcome] ?? 'warn'}>{textOf('sent', outcome)}</Badge>
                    {attempts > 1 && ` × ${attempts}`}
                  </>
                ),
              },
              {
                id: 'answer',
                title: t('sent.answer'),
                cell: ({ calls, error }) => (
                  <>
                    {callsOf(calls).map(({ operation, status, recorded }) =>
                      `${operation} ${recorded ? `(${t('sent.dry')})` : status ?? '–'}`
                    ).join(', ')}
                    {error && <span className='foreign block text-bad'>{error}</span>}
                  </>
                ),
              },
              {
                id: 'changes',
                title: t('sent.changes'),
                cell: ({ changes, outcome }) => <Changes of={changes} outcome={outcome} />,
              },
            ]}
          />
        )}
      </Load>
      <More of={sent} name={t('sent.title')} />
    </Card>
  )
}

interface Call {
  operation: string
  status: number | null
  recorded?: true
}

const callsOf = (calls: unknown) => calls as Call[]

function Changes({ of, outcome }: { of: unknown; outcome: string }) {
  if (of === null) return outcome === 'sent' ? t('sent.first') : '–'
  const changes = Object.entries(of as Record<string, [unknown, unknown]>)
  if (changes.length === 0) return '–'
  return (
    <ul className='foreign'>
      {changes.map(([member, [before, after]]) => (
        <li key={member}>
          {words(member.split('.').at(-1)!)}: {said(before)} → {said(after)}
        </li>
      ))}
    </ul>
  )
}

function said(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
