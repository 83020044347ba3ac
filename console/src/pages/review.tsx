import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { useFilters } from '../lib/filters.ts'
import { answer, hub } from '../lib/hub.ts'
import { useAct } from '../ui/act.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/fields.tsx'
import { Badge, Empty, ErrorBox, PageHead, StatusBadge } from '../ui/parts.tsx'
import { DataTable } from '../ui/table.tsx'
import { stages } from './board.tsx'

interface Outcome {
  listing_id: string
  ref: string
  outcome: string
  status: string
  details: { guard?: string; code?: string; message?: string; reason?: string }
}

/** mls.bulk_review() takes so many. */
const mostAtOnce = 500

/** Many listings at once: look first with a dry run, then choose whom it shall be. At most 500 a time. */
export function Page() {
  const [filters, change] = useFilters()
  const [reason, setReason] = useState('')
  const [chosen, setChosen] = useState<string[]>()
  const action = filters.action ?? 'publish'
  const filter = {
    status: filters.status ?? 'INGESTED',
    ...filters.city ? { city: filters.city } : {},
    ...filters.source ? { origin_system: filters.source } : {},
    ...filters.unclaimed ? { unclaimed: true } : {},
  }
  const look = useAct(
    async () =>
      await answer(
        hub().rpc('bulk_review', { action, filter, reason: reason || undefined, dry_run: true }),
      ) as unknown as Outcome[],
    {
      after: (rows) =>
        setChosen(
          rows.filter(({ outcome }) => outcome.startsWith('would_')).map(({ listing_id }) => listing_id),
        ),
    },
  )
  const act = useAct(
    async (listing_ids: string[]) =>
      await answer(
        hub().rpc('bulk_review', { action, listing_ids, reason: reason || undefined, dry_run: false }),
      ) as unknown as Outcome[],
    {
      done: (rows) =>
        t('review.done', {
          count: rows.filter(({ outcome }) => outcome !== 'refused').length,
          of: rows.length,
        }),
      changes: [['inbox'], ['board'], ['listing']],
      after: () => setChosen([]),
    },
  )
  const rows = act.data ?? look.data
  const forget = () => {
    look.reset()
    act.reset()
    setChosen(undefined)
  }
  const set = (changes: Record<string, string | undefined>) => {
    forget()
    change(changes)
  }
  const ready = chosen ?? []
  return (
    <>
      <PageHead title={t('nav.review')} intro={t('review.intro')} />
      <form
        className='mb-3 flex flex-wrap items-end gap-2'
        onSubmit={(event) => (event.preventDefault(), act.reset(), look.mutate())}
      >
        <Select
          label={t('review.action')}
          value={action}
          onChange={({ target }) => set({ action: target.value })}
          options={['publish', 'advance', 'withdraw'].map((value) => ({
            value,
            label: textOf('move', value),
          }))}
        />
        <Select
          label={t('common.status')}
          value={filter.status}
          onChange={({ target }) => set({ status: target.value })}
          options={(['INGESTED', ...stages] as const).map((value) => ({
            value,
            label: textOf('status', value),
          }))}
        />
        <Input
          label={t('field.city')}
          defaultValue={filters.city}
          onBlur={({ target }) => target.value !== (filters.city ?? '') && set({ city: target.value })}
          className='w-36'
        />
        <Input
          label={t('common.source')}
          defaultValue={filters.source}
          onBlur={({ target }) => target.value !== (filters.source ?? '') && set({ source: target.value })}
          className='w-36'
        />
        <Input
          label={t('moves.reason')}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          className='w-48'
        />
        <Button type='submit' busy={look.isPending}>{t('review.look')}</Button>
        <Button
          kind='primary'
          disabled={ready.length === 0}
          busy={act.isPending}
          onClick={() => act.mutate(ready)}
        >
          {t('review.act', { action: textOf('move', action), count: ready.length })}
        </Button>
      </form>
      {(look.error ?? act.error) && <ErrorBox error={look.error ?? act.error} />}
      {rows
        ? (
          <>
            {rows.length >= mostAtOnce && (
              <p className='mb-2 text-sm text-muted' role='note'>{t('review.most', { count: mostAtOnce })}</p>
            )}
            <DataTable
              rows={rows}
              caption={t('nav.review')}
              empty={t('review.none')}
              rowKey={({ listing_id }) => listing_id}
              columns={[
                {
                  id: 'choose',
                  title: t('common.choose'),
                  cell: ({ listing_id, ref, outcome }) => (
                    <Checkbox
                      label={<span className='sr-only'>{ref}</span>}
                      disabled={!outcome.startsWith('would_')}
                      checked={ready.includes(listing_id)}
                      onChange={({ target }) =>
                        setChosen(
                          target.checked ? [...ready, listing_id] : ready.filter((one) => one !== listing_id),
                        )}
                    />
                  ),
                },
                {
                  id: 'ref',
                  title: t('common.listing'),
                  by: ({ ref }) => ref,
                  cell: ({ ref, listing_id }) => (
                    <Link to='/listings/$id' params={{ id: listing_id }} className='text-accent underline'>
                      {ref}
                    </Link>
                  ),
                },
                {
                  id: 'outcome',
                  title: t('common.outcomes'),
                  by: ({ outcome }) => outcome,
                  cell: ({ outcome }) => (
                    <Badge tone={outcome === 'refused' ? 'bad' : 'good'}>{textOf('bulk', outcome)}</Badge>
                  ),
                },
                {
                  id: 'status',
                  title: t('common.status'),
                  by: ({ status }) => status,
                  cell: ({ status }) => <StatusBadge status={status} />,
                },
                {
                  id: 'why',
                  title: t('moves.reason'),
                  cell: ({ details }) =>
                    details.guard
                      ? textOf('guard', details.guard.split(':')[0])
                      : details.message ?? details.reason ?? details.code ?? '',
                },
              ]}
            />
          </>
        )
        : <Empty>{t('review.start')}</Empty>}
    </>
  )
}
