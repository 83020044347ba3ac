import { useQuery } from '@tanstack/react-query'
import { Check, CircleHelp, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { money } from '../../lib/format.ts'
import { answer, hub, type Status } from '../../lib/hub.ts'
import { Refusal } from '../../lib/refusal.ts'
import { reaches, type Scope } from '../../lib/scopes.ts'
import { useAccess } from '../../lib/session.tsx'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { Card, Empty, ErrorBox, StatusBadge } from '../../ui/parts.tsx'
import type { Part } from './page.tsx'
import { approvalsQuery, boardQuery, documentsQuery, documentTypesQuery, stepsQuery } from './queries.ts'

/** Where a listing can go, and what each move needs, before one presses. */
export function Moves(part: Part) {
  return (
    <div className='grid items-start gap-4 lg:grid-cols-2'>
      <StatusMoves {...part} />
      <div className='space-y-4'>
        <Price {...part} />
        <Place {...part} />
        <Release {...part} />
      </div>
    </div>
  )
}

interface Move {
  to_status: Status
  kind: 'advance' | 'publish' | 'return' | 'withdraw'
  guards: string[]
  min_scope: Scope
  reason_required: boolean
}

function StatusMoves({ listing, mine }: Part) {
  const access = useAccess()
  const board = useQuery(boardQuery(listing.id))
  const holds = useGuards(listing)
  const [reason, setReason] = useState('')
  const { id, status } = listing
  const changes = [['listing', id], ['board'], ['inbox']]
  const move = useAct(
    async ({ kind, to_status }: Pick<Move, 'kind' | 'to_status'>) => {
      if (kind === 'withdraw') return await answer(hub().rpc('withdraw', { listing_id: id, reason }))
      if (kind === 'return') {
        return await answer(hub().rpc('return_listing', { listing_id: id, reason, to_status }))
      }
      return await answer(
        hub().rpc('advance_listing', { listing_id: id, to_status, reason: reason || undefined }),
      )
    },
    {
      done: ({ status }) => t('moves.moved', { status: textOf('status', status) }),
      changes,
      after: () => setReason(''),
    },
  )
  const publish = useAct(
    () => answer(hub().rpc('publish', { listing_id: id, reason: reason || undefined })),
    { done: t('moves.published'), changes, after: () => setReason('') },
  )
  const error = publish.error ?? move.error
  return (
    <Card title={t('moves.status')}>
      <p className='mb-3'>
        <StatusBadge status={status} />
      </p>
      <Load of={board}>
        {(row) => {
          const moves = (row?.next_steps ?? []) as unknown as Move[]
          if (!row) return <Empty>{t('form.claim_first')}</Empty>
          return (
            <div className='space-y-3'>
              <Input
                label={t('moves.reason')}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
                disabled={!mine}
              />
              {!['PUBLISHED', 'UNDER_OFFER', 'SOLD'].includes(status) && (
                <div className='rounded-lg bg-accent-soft p-3'>
                  <p className='mb-2 text-sm'>{t('moves.publish_intro')}</p>
                  <Button
                    kind='primary'
                    disabled={!mine}
                    busy={publish.isPending}
                    onClick={() => publish.mutate()}
                  >
                    {t('moves.publish')}
                  </Button>
                </div>
              )}
              {error && <ErrorBox error={error} />}
              {error && Refusal.of(error).code === 'guard_failed' && (
                <p className='text-sm text-muted'>{t('moves.nothing_changed')}</p>
              )}
              <ul className='space-y-2'>
                {moves.map((one) => {
                  const scopeHolds = reaches(access?.scope, one.min_scope)
                  const lacksReason = one.reason_required && reason.trim() === ''
                  return (
                    <li key={one.to_status} className='rounded-lg border p-3'>
                      <div className='flex flex-wrap items-center justify-between gap-2'>
                        <span className='text-sm'>
                          {textOf('move', one.kind)} → <StatusBadge status={one.to_status} />
                        </span>
                        <Button
                          kind={one.kind === 'withdraw' ? 'danger' : 'plain'}
                          disabled={!mine || !scopeHolds || lacksReason}
                          busy={move.isPending && move.variables?.to_status === one.to_status}
                          onClick={() => move.mutate(one)}
                          aria-label={`${textOf('move', one.kind)}: ${textOf('status', one.to_status)}`}
                        >
                          {textOf('move', one.kind)}
                        </Button>
                      </div>
                      <ul className='mt-2 space-y-0.5 text-sm'>
                        {!scopeHolds && (
                          <Guard holds={false}>
                            {t('moves.needs_scope', { scope: textOf('scope', one.min_scope) })}
                          </Guard>
                        )}
                        {one.reason_required && <Guard holds={!lacksReason}>{t('moves.needs_reason')}</Guard>}
                        {one.guards.map((guard) => (
                          <Guard key={guard} holds={holds(guard)}>{guardText(guard)}</Guard>
                        ))}
                      </ul>
                    </li>
                  )
                })}
              </ul>
            </div>
          )
        }}
      </Load>
    </Card>
  )
}

function guardText(guard: string): string {
  const [name, argument] = guard.split(':')
  return textOf('guard', name) + (argument ? `: ${textOf('approval', argument)}` : '')
}

function Guard({ holds, children }: { holds: boolean | undefined; children: string }) {
  const Icon = holds === undefined ? CircleHelp : holds ? Check : X
  return (
    <li
      className={`flex items-center gap-1.5 ${
        holds === undefined ? 'text-muted' : holds ? 'text-good' : 'text-bad'
      }`}
    >
      <Icon
        size={14}
        aria-label={t(holds === undefined ? 'moves.unknown' : holds ? 'moves.holds' : 'moves.fails')}
      />
      {children}
    </li>
  )
}

/** What the page knows of a guard; undefined is for the hub to say. It decides in any case. */
function useGuards(listing: Part['listing']): (guard: string) => boolean | undefined {
  const { data: board } = useQuery(boardQuery(listing.id))
  const { data: steps } = useQuery(stepsQuery(listing.id))
  const { data: approvals } = useQuery(approvalsQuery(listing.id))
  const { data: documents } = useQuery(documentsQuery(listing.id))
  const { data: types } = useQuery(documentTypesQuery)
  return (guard) => {
    const [name, argument] = guard.split(':')
    const missing = board?.missing ?? undefined
    switch (name) {
      case 'claimed':
        return !!listing.claimed_at
      case 'origin_present':
        return !listing.origin_deleted
      case 'required_fields':
        return missing &&
          !missing.some((one) =>
            ['property_type', 'city', 'country', 'currency_code', 'list_price'].includes(one)
          )
      case 'has_description':
        return missing && !missing.includes('public_remarks')
      case 'has_photo':
        return missing && !missing.includes('photos') ? true : undefined
      case 'approved':
        return approvals &&
          approvals.find(({ approval_type }) => approval_type === argument)?.status === 'APPROVED'
      case 'steps':
        return steps &&
          steps.every(({ is_completed, mls_checklist_templates: step }) =>
            is_completed || !step.is_required || step.stage !== listing.status ||
            (argument !== undefined && step.role !== argument)
          )
      case 'documents':
        if (!documents || !types) return undefined
        return types.filter(({ is_required, stage, condition }) =>
          is_required && stage === listing.status && (condition === 'ALWAYS' ||
            condition === 'WITH_TITLE_DEED' && listing.x_sm_title_deeds === true ||
            condition === 'WITHOUT_TITLE_DEED' && listing.x_sm_title_deeds !== true)
        ).every(({ id }) =>
          documents.some(({ document_type_id, status }) => document_type_id === id && status === 'APPROVED')
        )
      default:
        return undefined
    }
  }
}

function Price({ listing, mine }: Part) {
  const [pending, setPending] = useState<{ price_kind: string; new_price: number }>()
  const kind = listing.list_price === null && listing.lease_amount !== null ? 'LEASE' : 'SALE'
  const changes = [['listing', listing.id], ['board']]
  const change = useAct(
    ({ new_price, price_kind, reason }: { new_price: number; price_kind: string; reason?: string }) =>
      answer(hub().rpc('change_price', { listing_id: listing.id, new_price, price_kind, reason })),
    { done: t('moves.price_changed'), changes },
  )
  const ask = useAct(
    (payload: { price_kind: string; new_price: number }) =>
      answer(
        hub().rpc('request_approval', { listing_id: listing.id, approval_type: 'PRICE_CHANGE', payload }),
      ),
    { done: t('steps.requested'), changes, after: () => setPending(undefined) },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const wanted = { new_price: Number(given.get('price')), price_kind: String(given.get('kind')) }
    setPending(wanted)
    change.mutate({ ...wanted, reason: String(given.get('reason')) || undefined })
  }
  const needsApproval = change.error &&
    String(Refusal.of(change.error).details.guard).startsWith('approved:PRICE_CHANGE')
  return (
    <Card title={t('moves.price')}>
      <p className='mb-2 text-sm text-muted'>
        {t('moves.price_now', {
          price: money(listing.list_price ?? listing.lease_amount, listing.currency_code),
        })} {t('moves.price_intro')}
      </p>
      <form onSubmit={submit} className='grid gap-3 sm:grid-cols-2'>
        <Input
          label={t('moves.new_price')}
          name='price'
          type='number'
          min={0}
          step='0.01'
          required
          disabled={!mine}
          unit={listing.currency_code ?? undefined}
        />
        <Select
          label={t('moves.price_kind')}
          name='kind'
          defaultValue={kind}
          disabled={!mine}
          options={['SALE', 'LEASE'].map((value) => ({ value, label: textOf('price_kind', value) }))}
        />
        <Input label={t('moves.reason')} name='reason' disabled={!mine} />
        <div className='flex items-end'>
          <Button type='submit' disabled={!mine} busy={change.isPending}>{t('moves.change_price')}</Button>
        </div>
      </form>
      {needsApproval && pending && (
        <div role='alert' className='mt-3 rounded-lg bg-warn-soft p-3 text-sm text-warn'>
          <p className='mb-2'>{t('moves.price_needs_approval')}</p>
          <Button
            busy={ask.isPending}
            onClick={() =>
              ask.mutate(pending)}
          >
            {t('steps.request')}
          </Button>
        </div>
      )}
    </Card>
  )
}

function Place({ listing, mine }: Part) {
  const set = useAct(
    (place: { latitude: number; longitude: number }) =>
      answer(hub().rpc('set_location', { listing_id: listing.id, ...place })),
    { done: t('moves.place_set'), changes: [['listing', listing.id], ['board']] },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    set.mutate({ latitude: Number(given.get('latitude')), longitude: Number(given.get('longitude')) })
  }
  return (
    <Card title={t('moves.place')}>
      <form onSubmit={submit} className='grid gap-3 sm:grid-cols-3' key={`${listing.latitude}`}>
        <Input
          label={t('field.latitude')}
          name='latitude'
          type='number'
          step='any'
          min={-90}
          max={90}
          required
          defaultValue={listing.latitude ?? ''}
          disabled={!mine}
          unit='°'
        />
        <Input
          label={t('field.longitude')}
          name='longitude'
          type='number'
          step='any'
          min={-180}
          max={180}
          required
          defaultValue={listing.longitude ?? ''}
          disabled={!mine}
          unit='°'
        />
        <div className='flex items-end'>
          <Button type='submit' disabled={!mine} busy={set.isPending}>{t('moves.set_place')}</Button>
        </div>
      </form>
    </Card>
  )
}

function Release({ listing, mine }: Part) {
  const release = useAct(
    () => answer(hub().rpc('release_listing', { listing_id: listing.id })),
    { done: t('moves.released'), changes: [['listing', listing.id], ['board'], ['inbox']] },
  )
  if (!mine) return null
  return (
    <Card title={t('moves.release')}>
      <p className='mb-2 text-sm text-muted'>{t('moves.release_intro')}</p>
      <Button kind='danger' busy={release.isPending} onClick={() => release.mutate()}>
        {t('moves.release')}
      </Button>
    </Card>
  )
}
