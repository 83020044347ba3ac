import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { ago, dateTime } from '../../lib/format.ts'
import { answer, hub } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { Badge, Card, Empty } from '../../ui/parts.tsx'
import { allFields, asText, type Listing } from './fields.ts'
import type { Part } from './page.tsx'
import { driftQuery, originQuery } from './queries.ts'

/** What the source says and what stands here, side by side; where they differ, one decides. */
export function Source({ listing, mine }: Part) {
  const origin = useQuery(originQuery(listing.id))
  const drift = useQuery(driftQuery(listing.id))
  return (
    <div className='space-y-4'>
      <Card title={t('source.drift')}>
        <p className='mb-3 text-sm text-muted'>{t('source.drift_intro')}</p>
        <Load of={drift}>
          {(rows) =>
            rows.length === 0
              ? <Empty>{t('source.no_drift')}</Empty>
              : <Drift id={listing.id} mine={mine} rows={rows} />}
        </Load>
      </Card>
      <Load of={origin}>
        {(row) =>
          row
            ? (
              <Card title={t('source.both')}>
                <p className='mb-3 text-sm text-muted'>
                  {t('source.last_seen', { time: dateTime(row.last_seen_at) })}
                </p>
                <Both listing={listing} payload={row.payload as Record<string, unknown>} />
              </Card>
            )
            : <Empty>{t('source.none')}</Empty>}
      </Load>
    </div>
  )
}

interface DriftRow {
  field: string | null
  ours: unknown
  theirs: unknown
  since: string | null
}

function Drift({ id, mine, rows }: { id: string; mine: boolean; rows: DriftRow[] }) {
  const [chosen, setChosen] = useState<string[]>([])
  const fields = rows.map(({ field }) => field!)
  const wanted = fields.filter((field) => chosen.includes(field))
  const resolve = useAct(
    (resolution: 'accept_source' | 'keep_ours') =>
      answer(hub().rpc('resolve_drift', { listing_id: id, fields: wanted, resolution })),
    { done: t('source.resolved'), changes: [['listing', id], ['board']], after: () => setChosen([]) },
  )
  return (
    <>
      <div className='relative overflow-x-auto' tabIndex={0} role='region' aria-label={t('source.drift')}>
        <table className='w-full text-left text-sm'>
          <thead className='text-xs text-muted'>
            <tr>
              <th className='p-2'>
                <span className='sr-only'>{t('common.choose')}</span>
              </th>
              <th scope='col' className='p-2'>{t('source.field')}</th>
              <th scope='col' className='p-2'>{t('source.theirs')}</th>
              <th scope='col' className='p-2'>{t('source.ours')}</th>
              <th scope='col' className='p-2'>{t('source.since')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ field, ours, theirs, since }) => (
              <tr key={field} className='border-t align-top'>
                <td className='p-2'>
                  <Checkbox
                    label={<span className='sr-only'>{field}</span>}
                    disabled={!mine}
                    checked={chosen.includes(field!)}
                    onChange={({ target }) =>
                      setChosen(target.checked ? [...chosen, field!] : chosen.filter((one) => one !== field))}
                  />
                </td>
                <th scope='row' className='p-2 font-medium'>{nameOf(field!)}</th>
                <td className='foreign max-w-xs p-2'>
                  <Value of={theirs} />
                </td>
                <td className='foreign max-w-xs p-2'>
                  <Value of={ours} />
                </td>
                <td className='p-2 text-muted'>{ago(since)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {mine && (
        <div className='mt-3 flex flex-wrap gap-2'>
          <Button onClick={() => setChosen(wanted.length === fields.length ? [] : fields)}>
            {t('common.choose_all')}
          </Button>
          <Button
            kind='primary'
            disabled={wanted.length === 0}
            busy={resolve.isPending}
            onClick={() => resolve.mutate('accept_source')}
          >
            {t('source.accept')}
          </Button>
          <Button
            disabled={wanted.length === 0}
            busy={resolve.isPending}
            onClick={() => resolve.mutate('keep_ours')}
          >
            {t('source.keep')}
          </Button>
        </div>
      )}
    </>
  )
}

function Both({ listing, payload }: { listing: Listing; payload: Record<string, unknown> }) {
  const rows = allFields.filter(({ reso }) => reso)
    .map(({ column, reso }) => ({ column, theirs: asText(payload[reso!]), ours: asText(listing[column]) }))
    .filter(({ theirs, ours }) => theirs !== '' || ours !== '')
  return (
    <div className='relative overflow-x-auto' tabIndex={0} role='region' aria-label={t('source.both')}>
      <table className='w-full table-fixed text-left text-sm'>
        <thead className='text-xs text-muted'>
          <tr>
            <th scope='col' className='w-44 p-2'>{t('source.field')}</th>
            <th scope='col' className='p-2'>{t('source.theirs')}</th>
            <th scope='col' className='p-2'>{t('source.ours')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ column, theirs, ours }) => (
            <tr key={column} className='border-t align-top'>
              <th scope='row' className='p-2 font-medium'>{textOf('field', column)}</th>
              <td className='foreign p-2 text-muted'>{theirs || '–'}</td>
              <td className='foreign p-2'>
                {ours || '–'} {same(theirs, ours) || <Badge tone='accent'>{t('source.differs')}</Badge>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const spoken: Record<string, string> = {
  true: 'true',
  false: 'false',
  yes: 'true',
  no: 'false',
  '1': 'true',
  '0': 'false',
}

/** 120.00 is 120, Yes is true: sources write texts where the hub has types. */
function same(theirs: string, ours: string): boolean {
  if (theirs === ours) return true
  if (theirs !== '' && ours !== '' && Number(theirs) === Number(ours)) return true
  return spoken[theirs.toLowerCase()] !== undefined &&
    spoken[theirs.toLowerCase()] === spoken[ours.toLowerCase()]
}

function Value({ of }: { of: unknown }) {
  return <span className='line-clamp-4'>{asText(of) || '–'}</span>
}

function nameOf(reso: string): string {
  const field = allFields.find((one) => one.reso === reso)
  return field ? textOf('field', field.column) : reso
}
