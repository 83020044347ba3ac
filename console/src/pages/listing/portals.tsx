import { useQuery } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { t, textOf } from '../../i18n/index.ts'
import { ago } from '../../lib/format.ts'
import { answer, hub } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Load } from '../../ui/load.tsx'
import { Card, Empty, StatusBadge } from '../../ui/parts.tsx'
import type { Part } from './page.tsx'
import { portalsQuery } from './queries.ts'
import { Sent } from './sent.tsx'

const acts = {
  syndicate: 'syndicate_listing',
  pause: 'pause_syndication',
  resume: 'resume_syndication',
  retry: 'retry_syndication',
  remove: 'remove_syndication',
} as const

/** Where the listing is shown, and every reason why it is not elsewhere. */
export function Portals({ listing, mine }: Part) {
  const portals = useQuery({ ...portalsQuery(listing.id, listing.tenant_id), refetchInterval: 15_000 })
  const act = useAct(
    ({ what, portal }: { what: keyof typeof acts; portal: string }) =>
      answer(hub().rpc(acts[what], { listing_id: listing.id, portal_code: portal })),
    { done: t('portals.done'), changes: [['listing', listing.id]] },
  )
  return (
    <div className='space-y-4'>
      <Card title={t('portals.title')}>
        <p className='mb-3 text-sm text-muted'>{t('portals.intro')}</p>
        <Load of={portals}>
          {(rows) =>
            rows.length === 0
              ? <Empty>{t('portals.none')}</Empty>
              : (
                <ul className='grid gap-3 md:grid-cols-2'>
                  {rows.map(({ code, name, channel_type, explanation }) => {
                    const now = explanation?.syndication
                    const may: (keyof typeof acts)[] = !now || now.status === 'REMOVED'
                      ? ['syndicate']
                      : now.status === 'PAUSED'
                      ? ['resume', 'remove']
                      : now.status === 'FAILED'
                      ? ['retry', 'remove']
                      : ['pause', 'remove']
                    return (
                      <li key={code} className='rounded-lg border p-3'>
                        <p className='flex flex-wrap items-center justify-between gap-2 font-medium'>
                          <span className='foreign'>
                            {name}{' '}
                            <span className='text-xs font-normal text-muted'>
                              {textOf('channel', channel_type)}
                            </span>
                          </span>
                          {now && <StatusBadge status={now.status} />}
                        </p>
                        <p
                          className={`mt-1 flex items-center gap-1 text-sm ${
                            explanation?.shown ? 'text-good' : 'text-muted'
                          }`}
                        >
                          {explanation?.shown ? <Check size={14} aria-hidden /> : <X size={14} aria-hidden />}
                          {t(explanation?.shown ? 'portals.shown' : 'portals.not_shown')}
                          {now?.last_success_at && ` · ${ago(now.last_success_at)}`}
                          {now?.due && ` · ${t('portals.due')}`}
                        </p>
                        {!!explanation?.reasons.length && (
                          <ul className='mt-1 list-disc pl-5 text-sm text-muted'>
                            {explanation.reasons.map(({ code, message }) => {
                              const known = textOf('blocker', code)
                              return (
                                <li key={code} className='foreign'>{known === code ? message : known}</li>
                              )
                            })}
                          </ul>
                        )}
                        {now?.last_error && <p className='foreign mt-1 text-sm text-bad'>{now.last_error}</p>}
                        {mine && (
                          <div className='mt-2 flex gap-2'>
                            {may.map((what) => (
                              <Button
                                key={what}
                                kind={what === 'remove' ? 'danger' : 'plain'}
                                busy={act.isPending && act.variables?.portal === code &&
                                  act.variables.what === what}
                                onClick={() => act.mutate({ what, portal: code })}
                                aria-label={`${textOf('portal_act', what)}: ${name}`}
                              >
                                {textOf('portal_act', what)}
                              </Button>
                            ))}
                          </div>
                        )}
                      </li>
                    )
                  })}
                </ul>
              )}
        </Load>
      </Card>
      <Sent listing={listing} />
    </div>
  )
}
