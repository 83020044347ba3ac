import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { t } from '../../i18n/index.ts'
import { useFilters } from '../../lib/filters.ts'
import { line } from '../../lib/foreign.ts'
import { ago, number } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { ingestResources } from '../../lib/ingest-resources.ts'
import { usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Input, Select } from '../../ui/fields.tsx'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, Empty, PageHead, StatusBadge } from '../../ui/parts.tsx'

interface Held {
  id: string
  seq: number
  resource?: string
  office_key?: string
  record_key?: string | null
  reason: string
  status: string
  times: number
  note: string | null
  payload: unknown
  errors: { code: string; field?: string; message: string }[] | null
  last_seen_at: string
}

const pageSize = 200
const statuses = ['open', 'replayed', 'resolved', 'dismissed']

/** Records that could not be taken: look, mend the reason (a mapping, a code), send in again, or dismiss. */
export function Page() {
  const [filters, change] = useFilters()
  const [chosen, setChosen] = useState<string[]>([])
  const [note, setNote] = useState('')
  const status = filters.status ?? 'open'
  const held = usePages({
    queryKey: ['quarantine', filters],
    ask: async (last: Held | undefined) => {
      const query = new URLSearchParams({
        status,
        limit: String(pageSize),
        ...last ? { after: String(last.seq) } : {},
        ...filters.resource ? { resource: filters.resource } : {},
      })
      const rows = (await door<{ records: Held[] }>(`ingest/quarantine?${query}`)).records
      return { rows, isLast: rows.length < pageSize }
    },
  })
  const after = () => setChosen([])
  const replay = useAct(
    (ids: string[]) =>
      door<{ records?: unknown[]; totals?: Record<string, number> }>('ingest/quarantine/replay', {
        method: 'POST',
        json: { ids },
      }),
    { done: t('quarantine.replayed'), changes: [['quarantine']], after },
  )
  const dismiss = useAct(
    (ids: string[]) =>
      door('ingest/quarantine/dismiss', { method: 'POST', json: { ids, note: note || undefined } }),
    { done: t('quarantine.dismissed'), changes: [['quarantine']], after },
  )
  return (
    <>
      <PageHead title={t('nav.quarantine')} intro={t('quarantine.intro')} />
      <form className='mb-3 flex flex-wrap items-end gap-2' onSubmit={(event) => event.preventDefault()}>
        <Select
          label={t('common.status')}
          value={status}
          onChange={({ target }) => change({ status: target.value })}
          options={statuses}
        />
        <Select
          label={t('common.resource')}
          value={filters.resource ?? ''}
          onChange={({ target }) => change({ resource: target.value })}
          options={[
            { value: '', label: t('common.all') },
            ...ingestResources,
          ]}
        />
        <Input
          label={t('quarantine.note')}
          value={note}
          onChange={({ target }) => setNote(target.value)}
          maxLength={500}
        />
        <Button
          kind='primary'
          disabled={chosen.length === 0}
          busy={replay.isPending}
          onClick={() => replay.mutate(chosen)}
        >
          {t('quarantine.replay', { count: chosen.length })}
        </Button>
        <Button
          kind='danger'
          disabled={chosen.length === 0}
          busy={dismiss.isPending}
          onClick={() => dismiss.mutate(chosen)}
        >
          {t('quarantine.dismiss', { count: chosen.length })}
        </Button>
        <Link to='/sources' className='min-h-9 py-2 text-sm text-accent underline'>
          {t('quarantine.mend')}
        </Link>
      </form>
      <Load of={held}>
        {(rows) =>
          rows.length === 0
            ? <Empty>{t('quarantine.none')}</Empty>
            : (
              <ul className='divide-y rounded-lg border bg-card'>
                {rows.map((row) => (
                  <li key={row.id} className='flex gap-3 p-3 text-sm'>
                    <Checkbox
                      label={<span className='sr-only'>{t('common.choose')} {row.seq}</span>}
                      checked={chosen.includes(row.id)}
                      disabled={row.status !== 'open'}
                      onChange={({ target }) =>
                        setChosen(
                          target.checked ? [...chosen, row.id] : chosen.filter((one) => one !== row.id),
                        )}
                    />
                    <div className='min-w-0 flex-1'>
                      <p className='flex flex-wrap items-center gap-2'>
                        <Badge tone='warn'>{row.reason}</Badge>
                        <StatusBadge status={row.status} />
                        <span className='foreign'>
                          {line([row.resource, row.record_key, row.office_key])}
                        </span>
                        <span className='text-muted'>
                          ×{number(row.times)} {ago(row.last_seen_at)}
                        </span>
                      </p>
                      <ul className='mt-1'>
                        {row.errors?.map((error, at) => (
                          <li key={at} className='foreign text-bad'>{error.message}</li>
                        ))}
                      </ul>
                      {row.note && <p className='foreign text-muted'>{row.note}</p>}
                      <Json of={row.payload} label={t('quarantine.record')} />
                    </div>
                  </li>
                ))}
              </ul>
            )}
      </Load>
      <More of={held} name={t('nav.quarantine')} />
    </>
  )
}
