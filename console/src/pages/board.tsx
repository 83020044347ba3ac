import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { holding, useFilters } from '../lib/filters.ts'
import { line, titleOf } from '../lib/foreign.ts'
import { money, number } from '../lib/format.ts'
import { answer, counted, hub, type Status, type ViewRow } from '../lib/hub.ts'
import { behind, counting, usePages } from '../lib/pages.ts'
import { propertyTypes } from '../lib/property-types.ts'
import { useAccess } from '../lib/session.tsx'
import { useAct } from '../ui/act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox, Input, Select } from '../ui/fields.tsx'
import { Load } from '../ui/load.tsx'
import { More } from '../ui/more.tsx'
import { Badge, Empty, Meter, PageHead } from '../ui/parts.tsx'
import type { Search } from '../router.tsx'

export const stages: Status[] = [
  'DRAFT',
  'PENDING_DUE_DILIGENCE',
  'AGREEMENT_PENDING',
  'PHOTOS_PENDING',
  'MARKETING_REVIEW',
  'PUBLISHED',
  'UNDER_OFFER',
  'SOLD',
  'WITHDRAWN',
]

type Card = ViewRow<'broker_board'> & { id: string }

/** So many of a stage are read at once: more than one looks through before one filters. */
const pageSize = 50

/** Claimed listings by stage. */
export function Page() {
  const [filters, change] = useFilters()
  const access = useAccess()
  const [creating, setCreating] = useState(false)
  const total = useQuery({
    queryKey: ['board', 'count', filters],
    refetchInterval: 30_000,
    queryFn: async () => (await counted(asked(filters, access?.user_id, true))).count,
  })
  const narrowed = [filters.status, filters.city, filters.source].some(Boolean)
  return (
    <>
      <PageHead title={t('board.title')} intro={t('board.intro')}>
        <Input
          label={t('common.search')}
          quiet
          type='search'
          placeholder={t('common.search')}
          className='w-52'
          defaultValue={filters.q}
          onChange={({ target }) => change({ q: target.value })}
        />
        {access?.scope !== 'self' && (
          <Checkbox
            label={t('board.mine')}
            checked={!!filters.mine}
            onChange={({ target }) => change({ mine: target.checked ? '1' : undefined })}
          />
        )}
        {access?.crud.includes('c') && (
          <Button
            kind='primary'
            icon={<Plus size={15} aria-hidden />}
            onClick={() => setCreating(true)}
          >
            {t('board.create')}
          </Button>
        )}
      </PageHead>
      {narrowed && (
        <p className='mb-3 flex flex-wrap items-center gap-3 text-sm text-muted'>
          {line([filters.status && textOf('status', filters.status), filters.city, filters.source])}
          <Button onClick={() => change({ status: undefined, city: undefined, source: undefined })}>
            {t('common.clear_filters')}
          </Button>
        </p>
      )}
      <Load of={total}>
        {(count) =>
          count === 0
            ? (
              <Empty action={<Link to='/inbox' className='text-accent underline'>{t('nav.inbox')}</Link>}>
                {t(narrowed || filters.q ? 'inbox.none_filtered' : 'board.none')}
              </Empty>
            )
            : <Columns filters={filters} />}
      </Load>
      {creating && <Create close={() => setCreating(false)} />}
    </>
  )
}

/** The question for what the filters leave, counted. */
function asked(filters: Search, me: string | null | undefined, head: boolean) {
  let question = hub().from('broker_board').select('*', { count: 'exact', head })
  if (filters.status) question = question.eq('status', filters.status as Status)
  if (filters.mine) question = question.eq('broker_id', me ?? '')
  if (filters.city) question = question.eq('city', filters.city)
  if (filters.source) question = question.eq('origin_system', filters.source)
  const words = holding(filters.q, ['ref', 'name', 'city'])
  return words ? question.or(words) : question
}

function Columns({ filters }: { filters: Search }) {
  const shown = filters.status ? stages.filter((stage) => stage === filters.status) : stages
  return (
    <div
      className='relative flex gap-3 overflow-x-auto pb-4'
      tabIndex={0}
      role='region'
      aria-label={t('board.title')}
    >
      {shown.map((stage) => <Stage key={stage} stage={stage} filters={filters} />)}
    </div>
  )
}

/** The longest in a stage come first; the rest is read on demand, so that a stage of any length is all there. */
function Stage({ stage, filters }: { stage: Status; filters: Search }) {
  const access = useAccess()
  const cards = usePages<Card>({
    queryKey: ['board', 'stage', stage, filters],
    refetchInterval: 30_000,
    ask: async (last, signal) => {
      let question = asked({ ...filters, status: stage }, access?.user_id, false)
      if (last) {
        question = question.or(
          behind({ column: 'status_changed_at', value: last.status_changed_at, id: last.id }),
        )
      }
      const page = await counted(
        question.order('status_changed_at').order('id').limit(pageSize).abortSignal(signal),
      )
      return counting(page as { rows: Card[]; count: number })
    },
  })
  const title = textOf('status', stage)
  return (
    <section className='w-60 shrink-0' aria-labelledby={`stage-${stage}`}>
      <h2
        id={`stage-${stage}`}
        className='mb-2 flex items-center justify-between gap-2 text-sm font-semibold'
      >
        {title} {cards.total !== undefined && <Badge>{number(cards.total)}</Badge>}
      </h2>
      <Load of={cards} lines={3}>
        {(rows) => (
          <>
            <ul className='space-y-2'>
              {rows.map((card) => <BoardCard key={card.id} card={card} />)}
              {rows.length === 0 && (
                <li className='rounded-lg border border-dashed p-3 text-center text-xs text-muted'>
                  {t('board.empty_stage')}
                </li>
              )}
            </ul>
            <More of={cards} name={title} />
          </>
        )}
      </Load>
    </section>
  )
}

function BoardCard({ card }: { card: Card }) {
  return (
    <li className='rounded-lg border bg-card p-3'>
      <Link
        to='/listings/$id'
        params={{ id: card.id }}
        className='foreign line-clamp-2 text-sm font-medium text-accent hover:underline'
      >
        {titleOf(card)}
      </Link>
      <p className='foreign line-clamp-1 text-xs text-muted'>
        {line([card.city, card.broker_name])}
      </p>
      <p className='mt-1 text-sm font-medium tabular-nums'>
        {money(card.list_price ?? card.lease_amount, card.currency_code)}
      </p>
      <div className='mt-1 flex items-center justify-between gap-2'>
        <Meter value={card.completeness ?? 0} label={t('listing.completeness')} />
        <span className='text-xs text-muted'>{t('board.days', { count: card.days_in_stage ?? 0 })}</span>
      </div>
      <p className='mt-1 flex flex-wrap gap-1'>
        <Badge>{t('board.steps', { done: card.steps_done ?? 0, total: card.steps_total ?? 0 })}</Badge>
        {!!card.open_tasks && <Badge tone='warn'>{t('board.tasks', { count: card.open_tasks })}</Badge>}
        {card.pending_approvals?.map((one) => <Badge key={one} tone='accent'>{textOf('approval', one)}
        </Badge>)}
        {card.origin_deleted && <Badge tone='bad'>{textOf('badge', 'GONE_AT_SOURCE')}</Badge>}
      </p>
    </li>
  )
}

/** A listing that no source knows. */
function Create({ close }: { close: () => void }) {
  const navigate = useNavigate()
  const create = useAct(
    (listing: Record<string, string | number>) => answer(hub().rpc('create_listing', { listing })),
    { changes: [['board']], after: ({ id }) => navigate({ to: '/listings/$id', params: { id } }) },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const price = Number(given.get('list_price'))
    create.mutate({
      name: String(given.get('name')),
      property_type: String(given.get('property_type')),
      city: String(given.get('city')),
      ...price ? { list_price: price } : {},
    })
  }
  return (
    <Dialog open title={t('board.create')} intro={t('board.create_intro')} onClose={close}>
      <form onSubmit={submit} className='space-y-3'>
        <Input label={t('field.name')} name='name' required maxLength={255} />
        <Select
          label={t('field.property_type')}
          name='property_type'
          options={propertyTypes.map((value) => ({ value, label: textOf('property_type', value) }))}
        />
        <Input label={t('field.city')} name='city' required maxLength={150} />
        <Input label={t('field.list_price')} name='list_price' type='number' min={0} />
        <Button kind='primary' type='submit' busy={create.isPending}>{t('board.create')}</Button>
      </form>
    </Dialog>
  )
}
