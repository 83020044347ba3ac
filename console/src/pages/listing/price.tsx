import { type FormEvent, useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { money } from '../../lib/format.ts'
import { answer, hub } from '../../lib/hub.ts'
import { Refusal } from '../../lib/refusal.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/fields.tsx'
import { Card } from '../../ui/parts.tsx'
import type { Part } from './page.tsx'

/** The price, changed by its function: it may answer that a manager has to approve first. */
export function Price({ listing, mine }: Part) {
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
