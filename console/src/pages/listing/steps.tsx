import { useQuery } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { ago, date } from '../../lib/format.ts'
import { answer, hub } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Input, SavedCheckbox } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { Cut } from '../../ui/more.tsx'
import { Badge, Card, Empty, StatusBadge } from '../../ui/parts.tsx'
import { stages } from '../board.tsx'
import type { Part } from './page.tsx'
import { approvalsQuery, documentsQuery, documentTypesQuery, newest, stepsQuery } from './queries.ts'

/** What a listing needs on its way: the checklist, documents, approvals. */
export function Steps(part: Part) {
  return (
    <div className='grid items-start gap-4 lg:grid-cols-2'>
      <Checklist {...part} />
      <div className='space-y-4'>
        <Approvals {...part} />
        <Documents {...part} />
      </div>
    </div>
  )
}

function Checklist({ listing, mine }: Part) {
  const steps = useQuery(stepsQuery(listing.id))
  const [all, setAll] = useState(false)
  const complete = useAct(
    ({ id, completed }: { id: string; completed: boolean }) =>
      answer(hub().rpc('complete_checklist_item', { item_id: id, completed })),
    { changes: [['listing', listing.id], ['board']] },
  )
  return (
    <Card
      title={t('steps.checklist')}
      actions={
        <Checkbox
          label={t('steps.all')}
          checked={all}
          onChange={({ target }) => setAll(target.checked)}
        />
      }
    >
      <Load of={steps}>
        {(rows) => {
          const shown = rows.filter((row) => all || row.mls_checklist_templates.is_required)
          if (rows.length === 0) return <Empty>{t('steps.none')}</Empty>
          return stages.map((stage) => {
            const ofStage = shown.filter((row) => row.mls_checklist_templates.stage === stage)
              .sort((a, b) => a.mls_checklist_templates.step_number - b.mls_checklist_templates.step_number)
            if (ofStage.length === 0) return null
            return (
              <fieldset key={stage} className='mb-3'>
                <legend className='mb-1 text-sm font-semibold'>
                  {textOf('status', stage)}{' '}
                  {stage === listing.status && <Badge tone='accent'>{t('steps.now')}</Badge>}
                </legend>
                {ofStage.map(({ id, is_completed, due_date, mls_checklist_templates: step }) => (
                  <SavedCheckbox
                    key={id}
                    className='flex!'
                    disabled={!mine}
                    waits={complete.isPending}
                    checked={is_completed}
                    save={(completed) => complete.mutateAsync({ id, completed })}
                    label={
                      <span className='foreign'>
                        {step.title}
                        {step.is_required && <span className='text-bad'>*</span>}
                        {due_date && !is_completed && (
                          <span className='ml-2 text-xs text-muted'>
                            {t('talk.due')} {date(due_date)}
                          </span>
                        )}
                      </span>
                    }
                  />
                ))}
              </fieldset>
            )
          })
        }}
      </Load>
    </Card>
  )
}

const approvalTypes = ['DUE_DILIGENCE', 'MARKETING', 'MANAGEMENT'] as const

function Approvals({ listing, mine }: Part) {
  const approvals = useQuery(approvalsQuery(listing.id))
  const [comment, setComment] = useState('')
  const request = useAct(
    (approval_type: string) =>
      answer(
        hub().rpc('request_approval', {
          listing_id: listing.id,
          approval_type,
          comment: comment || undefined,
        }),
      ),
    {
      done: t('steps.requested'),
      changes: [['listing', listing.id], ['board'], ['approvals']],
      after: () => setComment(''),
    },
  )
  return (
    <Card title={t('steps.approvals')}>
      <Load of={approvals} lines={3}>
        {(rows) => (
          <>
            <ul className='divide-y'>
              {approvalTypes.map((type) => {
                const latest = rows.find(({ approval_type }) => approval_type === type)
                return (
                  <li key={type} className='flex flex-wrap items-center justify-between gap-2 py-2 text-sm'>
                    <span>
                      {textOf('approval', type)} {latest && <StatusBadge status={latest.status} />}
                      {latest && (
                        <span className='text-muted'>
                          {` ${ago(latest.decided_at ?? latest.requested_at)}`}
                        </span>
                      )}
                      {latest?.comment && <span className='foreign block text-muted'>{latest.comment}</span>}
                    </span>
                    {mine && (!latest || latest.status === 'REJECTED') && (
                      <Button
                        busy={request.isPending && request.variables === type}
                        onClick={() => request.mutate(type)}
                        aria-label={`${t('steps.request')}: ${textOf('approval', type)}`}
                      >
                        {t('steps.request')}
                      </Button>
                    )}
                  </li>
                )
              })}
            </ul>
            {mine && (
              <Input
                label={t('steps.comment')}
                value={comment}
                onChange={({ target }) => setComment(target.value)}
                className='mt-2'
              />
            )}
          </>
        )}
      </Load>
    </Card>
  )
}

function Documents({ listing, mine }: Part) {
  const types = useQuery(documentTypesQuery(listing.tenant_id))
  const documents = useQuery(documentsQuery(listing.id))
  const upload = useAct(
    async ({ type, file }: { type: string; file: File }) => {
      const path = `${listing.id}/${crypto.randomUUID()}.${
        file.name.split('.').at(-1)?.toLowerCase().replace(/[^a-z0-9]/g, '') || 'pdf'
      }`
      await answer(hub().storage.from('mls-documents').upload(path, file, { contentType: file.type }))
      await answer(
        hub().from('mls_listing_documents').insert({
          listing_id: listing.id,
          document_type_id: type,
          storage_path: path,
          file_name: file.name,
        }).select('id').single(),
      )
    },
    { done: t('steps.document_stored'), changes: [['listing', listing.id], ['approvals']] },
  )
  const look = useAct(async (path: string) => {
    const { signedUrl } = await answer(hub().storage.from('mls-documents').createSignedUrl(path, 300))
    open(signedUrl, '_blank', 'noopener')
  })
  const applies = (condition: string) =>
    condition === 'WITH_TITLE_DEED'
      ? listing.x_sm_title_deeds === true
      : condition === 'WITHOUT_TITLE_DEED'
      ? listing.x_sm_title_deeds !== true
      : condition === 'LAND'
      ? listing.property_class === 'LAND'
      : true
  return (
    <Card title={t('steps.documents')}>
      <Load of={types}>
        {(rows) => (
          <ul className='divide-y text-sm'>
            {rows.filter(({ condition }) => applies(condition)).map((type) => {
              const mineOf = documents.data?.filter(({ document_type_id }) => document_type_id === type.id) ??
                []
              return (
                <li key={type.id} className='flex flex-wrap items-start justify-between gap-2 py-2'>
                  <div className='foreign min-w-0'>
                    {type.name} {type.is_required && <span className='text-bad'>*</span>}
                    <span className='block text-xs text-muted'>{textOf('status', type.stage)}</span>
                    {mineOf.map((paper) => (
                      <p key={paper.id}>
                        <button
                          type='button'
                          className='foreign text-accent underline'
                          onClick={() => look.mutate(paper.storage_path)}
                        >
                          {paper.file_name}
                        </button>{' '}
                        <StatusBadge status={paper.status} />
                        {paper.rejection_reason && (
                          <span className='foreign block text-bad'>{paper.rejection_reason}</span>
                        )}
                      </p>
                    ))}
                  </div>
                  {mine && (
                    <label className='inline-flex min-h-9 cursor-pointer items-center gap-1.5 rounded-md border px-2.5 text-sm hover:bg-sunken focus-within:outline-2 focus-within:outline-accent'>
                      <Upload size={14} aria-hidden /> {t('steps.upload')}
                      <input
                        type='file'
                        className='sr-only'
                        aria-label={`${t('steps.upload')}: ${type.name}`}
                        accept={type.allowed_mime.join(',')}
                        aria-disabled={upload.isPending || undefined}
                        onChange={({ target }) => {
                          const file = target.files?.[0]
                          if (file && !upload.isPending) upload.mutate({ type: type.id, file })
                          target.value = ''
                        }}
                      />
                    </label>
                  )}
                </li>
              )
            })}
          </ul>
        )}
      </Load>
      <Cut shown={documents.data?.length ?? 0} limit={newest} />
    </Card>
  )
}
