import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CircleCheck, CircleX, Play, Square, Upload } from 'lucide-react'
import { useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { ago, dateTime, number } from '../../lib/format.ts'
import { door } from '../../lib/hub.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { SavedCheckbox, TextArea } from '../../ui/fields.tsx'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Card, Empty, ErrorBox, Facts, PageHead, StatusBadge } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'
import { progressOf } from './progress.ts'
import { type Source, type SourceFault, type SourceRun, type Trial, underWay } from './source-types.ts'

/** One source: what it is, try it, run it, what came of it. */
export function Page() {
  const { id = '' } = useParams({ strict: false })
  const source = useQuery({
    queryKey: ['sources', id],
    refetchInterval: ({ state }) => underWay.includes(state.data?.last_run?.status ?? '') ? 1_500 : 15_000,
    queryFn: () => door<Source>(`sources/${id}`),
  })
  return <Load of={source}>{(row) => <Opened source={row} />}</Load>
}

function Opened({ source }: { source: Source }) {
  const { id, last_run: run } = source
  const changes = [['sources']]
  const start = useAct(
    (order: { mode: 'FULL' | 'DELTA'; force?: boolean }) =>
      door(`sources/${id}/runs`, { method: 'POST', json: order }),
    { done: t('sources.started'), changes },
  )
  const cancel = useAct((run: string) => door(`sources/runs/${run}/cancel`, { method: 'POST' }), {
    done: t('sources.cancelling'),
    changes,
  })
  const toggle = useAct((enabled: boolean) => door(`sources/${id}`, { method: 'PATCH', json: { enabled } }), {
    changes,
  })
  const active = run && underWay.includes(run.status)
  return (
    <div className='space-y-4'>
      <PageHead title={source.name} intro={`${source.provider} · ${source.office_key} · ${source.code}`}>
        <SavedCheckbox label={t('sources.enabled')} checked={source.enabled} save={toggle.mutateAsync} />
        {active
          ? (
            <Button
              kind='danger'
              icon={<Square size={14} aria-hidden />}
              busy={cancel.isPending}
              onClick={() => cancel.mutate(run.id)}
            >
              {t('sources.cancel')}
            </Button>
          )
          : (
            <>
              <Button
                icon={<Play size={14} aria-hidden />}
                busy={start.isPending}
                onClick={() => start.mutate({ mode: 'DELTA' })}
              >
                {t('sources.run_delta')}
              </Button>
              <Button
                kind='primary'
                icon={<Play size={14} aria-hidden />}
                busy={start.isPending}
                onClick={() => start.mutate({ mode: 'FULL' })}
              >
                {t('sources.run_full')}
              </Button>
            </>
          )}
      </PageHead>
      {run && <Progress run={run} force={() => start.mutate({ mode: 'FULL', force: true })} />}
      <div className='grid items-start gap-4 lg:grid-cols-2'>
        <Card title={t('sources.about')}>
          <Facts
            of={[
              [t('common.status'), <StatusBadge key='s' status={source.status} />],
              [
                t('sources.schedule'),
                source.cron ??
                  (source.interval_minutes ? t('sources.every', { count: source.interval_minutes }) : '–'),
              ],
              [t('sources.next_run'), ago(source.next_run_at)],
              [t('sources.last_ok'), ago(source.last_ok_at)],
              [
                t('nav.listings'),
                `${number(source.usage.listings)}${
                  source.max_listings ? ` / ${number(source.max_listings)}` : ''
                }`,
              ],
              [t('sources.requests_today'), number(source.usage.requests_today)],
              [
                t('sources.credentials'),
                t(source.has_credentials ? 'sources.stored' : 'sources.no_credentials'),
              ],
            ]}
          />
          <Json of={source.settings} label={t('sources.settings')} />
        </Card>
        <Try source={source} />
      </div>
      <Runs id={id} />
      <Errors id={id} />
    </div>
  )
}

function Progress({ run, force }: { run: SourceRun; force: () => void }) {
  const { done, expected } = run.progress.stage
  return (
    <Card title={t('sources.last_run')}>
      <div className='flex flex-wrap items-center gap-3 text-sm' aria-live='polite'>
        <StatusBadge status={run.status} />
        <span>{run.mode}</span>
        {run.stage && <span className='text-muted'>{run.stage}</span>}
        {underWay.includes(run.status) && (
          <progress
            aria-label={t('sources.progress')}
            max={expected ?? undefined}
            value={expected ? Math.min(done, expected) : undefined}
          />
        )}
        <span className='tabular-nums'>
          {progressOf(run)}
        </span>
        <Counts counts={run.counts} />
        <span className='text-muted'>{dateTime(run.finished_at ?? run.created_at)}</span>
      </div>
      {run.error && <p role='alert' className='foreign mt-2 text-sm text-bad'>{run.error.message}</p>}
      {run.status === 'refused' && (
        <Button kind='danger' className='mt-2' onClick={force}>{t('sources.force')}</Button>
      )}
    </Card>
  )
}

export function Counts({ counts }: { counts: Record<string, number> | null | undefined }) {
  const some = Object.entries(counts ?? {}).filter(([, count]) => count > 0)
  return (
    <span className='text-muted'>
      {some.map(([name, count]) => `${textOf('outcome', name)} ${number(count)}`).join(' · ')}
    </span>
  )
}

/** Tries the source and writes nothing; with another mapping, if one wants to see what it would make. */
function Try({ source }: { source: Source }) {
  const [mapping, setMapping] = useState(source.mapping ? JSON.stringify(source.mapping, null, 2) : '')
  const parse = () => {
    try {
      return mapping.trim() === '' ? undefined : JSON.parse(mapping)
    } catch {
      throw new Error(t('fault.json'))
    }
  }
  const trial = useAct(async () =>
    await door<Trial>(`sources/${source.id}/test`, { method: 'POST', json: { mapping: parse() } })
  )
  const save = useAct(
    async () => await door(`sources/${source.id}`, { method: 'PATCH', json: { mapping: parse() ?? null } }),
    { done: t('form.saved'), changes: [['sources']] },
  )
  const send = useAct(
    (file: File) =>
      door<{ duplicate: boolean }>(`sources/${source.id}/files`, {
        method: 'POST',
        body: file,
        headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(file.name) },
      }),
    {
      done: ({ duplicate }) => t(duplicate ? 'sources.file_known' : 'sources.file_taken'),
      changes: [['sources']],
    },
  )
  return (
    <Card title={t('sources.try')}>
      <p className='mb-2 text-sm text-muted'>{t('sources.try_intro')}</p>
      <TextArea
        label={t('sources.mapping')}
        rows={4}
        className='font-mono text-xs'
        value={mapping}
        onChange={({ target }) => setMapping(target.value)}
      />
      <div className='mt-2 flex flex-wrap gap-2'>
        <Button kind='primary' busy={trial.isPending} onClick={() => trial.mutate()}>
          {t('sources.test')}
        </Button>
        {mapping.trim() !== '' && (
          <Button busy={save.isPending} onClick={() => save.mutate()}>{t('sources.save_mapping')}</Button>
        )}
        {['FILE', 'DASH_FILE'].includes(source.provider) && (
          <label className='inline-flex min-h-9 cursor-pointer items-center gap-1.5 rounded-md border px-2.5 text-sm hover:bg-sunken focus-within:outline-2 focus-within:outline-accent'>
            <Upload size={14} aria-hidden /> {t('sources.send_file')}
            <input
              type='file'
              className='sr-only'
              disabled={send.isPending}
              onChange={({ target }) => target.files?.[0] && send.mutate(target.files[0])}
            />
          </label>
        )}
      </div>
      {(trial.error ?? save.error) && (
        <div className='mt-2'>
          <ErrorBox error={trial.error ?? save.error} />
        </div>
      )}
      {trial.data && (
        <>
          <ul className='mt-3 space-y-1 text-sm'>
            {trial.data.checks.map(({ name, ok, message }) => (
              <li key={name} className={`flex items-start gap-1.5 ${ok ? 'text-good' : 'text-bad'}`}>
                {ok
                  ? <CircleCheck size={15} aria-label='OK' />
                  : <CircleX size={15} aria-label={t('common.no')} />}
                <span className='foreign'>
                  <b>{textOf('check', name)}</b> {message}
                </span>
              </li>
            ))}
          </ul>
          {trial.data.sample.slice(0, 5).map(({ key, record, findings }) => (
            <Json
              key={key}
              of={record}
              label={`${key}${
                findings.length ? ` (${t('sources.findings', { count: findings.length })})` : ''
              }`}
            />
          ))}
        </>
      )}
    </Card>
  )
}

function Runs({ id }: { id: string }) {
  const runs = usePages<SourceRun>({
    ...ofDoor<SourceRun>(`sources/${id}/runs?limit=30`, 'runs', 'before'),
    queryKey: ['sources', id, 'runs'],
    refetchInterval: 5_000,
  })
  return (
    <Card title={t('sources.history')}>
      <Load of={runs} lines={3}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={t('sources.history')}
            empty={t('sources.no_runs')}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'at',
                title: t('common.when'),
                by: ({ created_at }) => created_at,
                cell: ({ created_at }) => dateTime(created_at),
              },
              { id: 'mode', title: t('common.mode'), by: ({ mode }) => mode, cell: ({ mode }) => mode },
              {
                id: 'status',
                title: t('common.status'),
                by: ({ status }) => status,
                cell: ({ status }) => <StatusBadge status={status} />,
              },
              { id: 'counts', title: t('common.outcomes'), cell: ({ counts }) => <Counts counts={counts} /> },
              {
                id: 'requests',
                title: t('sources.requests'),
                end: true,
                by: ({ requests }) => requests,
                cell: ({ requests }) => number(requests),
              },
            ]}
          />
        )}
      </Load>
      <More of={runs} name={t('sources.history')} />
    </Card>
  )
}

function Errors({ id }: { id: string }) {
  const faults = usePages<SourceFault>({
    ...ofDoor<SourceFault>(`sources/${id}/errors`, 'errors', 'before'),
    queryKey: ['sources', id, 'errors'],
  })
  return (
    <Card title={t('sources.errors')}>
      <Load of={faults} lines={2}>
        {(rows) =>
          rows.length === 0 ? <Empty>{t('sources.no_errors')}</Empty> : (
            <ul className='divide-y text-sm'>
              {rows.map((fault, at) => (
                <li key={fault.id ?? at} className='py-2'>
                  <p className='foreign'>
                    <b>{fault.code}</b> {fault.record_key} {fault.message}
                  </p>
                  <p className='text-xs text-muted'>
                    {ago(fault.last_at)} · ×{number(fault.times)} {fault.stage}
                  </p>
                  {!!fault.record && <Json of={fault.record} label={t('quarantine.record')} />}
                </li>
              ))}
            </ul>
          )}
      </Load>
      <More of={faults} name={t('sources.errors')} />
    </Card>
  )
}
