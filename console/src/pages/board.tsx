import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { useFilters } from '../lib/filters.ts'
import { money } from '../lib/format.ts'
import { answer, hub, type Status, type ViewRow } from '../lib/hub.ts'
import { useAccess } from '../lib/session.tsx'
import { useAct } from '../ui/act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox, Input, Select } from '../ui/fields.tsx'
import { Load } from '../ui/load.tsx'
import { Badge, Empty, Meter, PageHead } from '../ui/parts.tsx'

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

type Card = ViewRow<'broker_board'>

/** Claimed listings by stage. */
export function Page() {
  const [filters, change] = useFilters()
  const access = useAccess()
  const [creating, setCreating] = useState(false)
  const board = useQuery({
    queryKey: ['board', filters],
    refetchInterval: 30_000,
    queryFn: () => {
      let question = hub().from('broker_board').select('*').order('status_changed_at').order('id').limit(1000)
      if (filters.status) question = question.eq('status', filters.status as Status)
      if (filters.mine) question = question.eq('broker_id', access?.user_id ?? '')
      if (filters.city) question = question.eq('city', filters.city)
      if (filters.source) question = question.eq('origin_system', filters.source)
      return answer(question)
    },
  })
  return (
    <>
      <PageHead title={t('board.title')} intro={t('board.intro')}>
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
      <Load of={board}>
        {(rows) =>
          rows.length === 0
            ? (
              <Empty action={<Link to='/inbox' className='text-accent underline'>{t('nav.inbox')}</Link>}>
                {t('board.none')}
              </Empty>
            )
            : <Columns rows={rows} />}
      </Load>
      {creating && <Create close={() => setCreating(false)} />}
    </>
  )
}

function Columns({ rows }: { rows: Card[] }) {
  return (
    <div
      className='relative flex gap-3 overflow-x-auto pb-4'
      tabIndex={0}
      role='region'
      aria-label={t('board.title')}
    >
      {stages.map((stage) => {
        const cards = rows.filter(({ status }) => status === stage)
        return (
          <section key={stage} className='w-60 shrink-0' aria-labelledby={`stage-${stage}`}>
            <h2
              id={`stage-${stage}`}
              className='mb-2 flex items-center justify-between gap-2 text-sm font-semibold'
            >
              {textOf('status', stage)} <Badge>{cards.length}</Badge>
            </h2>
            <ul className='space-y-2'>
              {cards.map((card) => <BoardCard key={card.id} card={card} />)}
              {cards.length === 0 && (
                <li className='rounded-lg border border-dashed p-3 text-center text-xs text-muted'>
                  {t('board.empty_stage')}
                </li>
              )}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

function BoardCard({ card }: { card: Card }) {
  return (
    <li className='rounded-lg border bg-card p-3'>
      <Link
        to='/listings/$id'
        params={{ id: card.id! }}
        className='foreign line-clamp-2 text-sm font-medium text-accent hover:underline'
      >
        {card.ref} {card.name}
      </Link>
      <p className='foreign line-clamp-1 text-xs text-muted'>
        {[card.city, card.broker_name].filter(Boolean).join(' · ')}
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
          options={['Residential', 'ResidentialLease', 'CommercialSale', 'CommercialLease', 'Land'].map((
            value,
          ) => ({ value, label: textOf('property_type', value) }))}
        />
        <Input label={t('field.city')} name='city' required maxLength={150} />
        <Input label={t('field.list_price')} name='list_price' type='number' min={0} />
        <Button kind='primary' type='submit' busy={create.isPending}>{t('board.create')}</Button>
      </form>
    </Dialog>
  )
}
