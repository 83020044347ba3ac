import type { FormEvent } from 'react'
import { t } from '../../i18n/index.ts'
import { answer, hub } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/fields.tsx'
import { Card } from '../../ui/parts.tsx'
import type { Part } from './page.tsx'

/** Where it stands on the map. */
export function Place({ listing, mine }: Part) {
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
        {([['latitude', 90], ['longitude', 180]] as const).map(([name, most]) => (
          <Input
            key={name}
            label={t(`field.${name}`)}
            name={name}
            type='number'
            step='any'
            min={-most}
            max={most}
            required
            defaultValue={listing[name] ?? ''}
            disabled={!mine}
            unit='°'
          />
        ))}
        <div className='flex items-end'>
          <Button type='submit' disabled={!mine} busy={set.isPending}>{t('moves.set_place')}</Button>
        </div>
      </form>
    </Card>
  )
}
