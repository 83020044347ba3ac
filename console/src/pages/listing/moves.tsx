import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { answer, hub, type Status } from '../../lib/hub.ts'
import { Refusal } from '../../lib/refusal.ts'
import { reaches, type Scope } from '../../lib/scopes.ts'
import { useAccess } from '../../lib/session.tsx'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { Card, Empty, ErrorBox, StatusBadge } from '../../ui/parts.tsx'
import { guardText } from '../../ui/guards.ts'
import { Guard, useGuards } from './guards.tsx'
import type { Part } from './page.tsx'
import { Place } from './place.tsx'
import { Price } from './price.tsx'
import { boardQuery } from './queries.ts'

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
