import { Link } from '@tanstack/react-router'
import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { titleOf } from '../lib/foreign.ts'
import { ago, money } from '../lib/format.ts'
import { answer, counted, hub } from '../lib/hub.ts'
import { behind, counting, usePages } from '../lib/pages.ts'
import { useAccess } from '../lib/session.tsx'
import { useAct } from '../ui/act.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/fields.tsx'
import { Load } from '../ui/load.tsx'
import { More } from '../ui/more.tsx'
import { Card, Empty, PageHead } from '../ui/parts.tsx'

const pageSize = 100

/** What waits for a decision: approvals, and documents to review. */
export function Page() {
  const waiting = usePages({
    queryKey: ['approvals', 'requests'],
    refetchInterval: 15_000,
    ask: async (last: Waiting | undefined, signal) => {
      let question = hub().from('mls_listing_approvals').select(
        'id, approval_type, requested_by, requested_at, comment, payload, listing_id, mls_listings!inner(ref, name, city)',
        { count: 'exact' },
      ).eq('status', 'PENDING')
      if (last) {
        question = question.or(behind({ column: 'requested_at', value: last.requested_at, id: last.id }))
      }
      return counting(
        await counted(question.order('requested_at').order('id').limit(pageSize).abortSignal(signal)),
      )
    },
  })
  const documents = usePages({
    queryKey: ['approvals', 'documents'],
    refetchInterval: 15_000,
    ask: async (last: Paper | undefined, signal) => {
      let question = hub().from('mls_listing_documents').select(
        'id, file_name, storage_path, uploaded_by, uploaded_at, listing_id, mls_listings!inner(ref, name), mls_document_type_config!inner(name, code)',
        { count: 'exact' },
      ).eq('status', 'PENDING')
      if (last) {
        question = question.or(behind({ column: 'uploaded_at', value: last.uploaded_at, id: last.id }))
      }
      return counting(
        await counted(question.order('uploaded_at').order('id').limit(pageSize).abortSignal(signal)),
      )
    },
  })
  return (
    <>
      <PageHead title={t('approvals.title')} intro={t('approvals.intro')} />
      <div className='grid gap-4 lg:grid-cols-2'>
        <Card title={t('approvals.approvals')}>
          <Load of={waiting}>
            {(rows) =>
              rows.length === 0
                ? <Empty>{t('approvals.none')}</Empty>
                : <ul className='divide-y'>{rows.map((one) => <Approval key={one.id} one={one} />)}</ul>}
          </Load>
          <More of={waiting} name={t('approvals.approvals')} />
        </Card>
        <Card title={t('approvals.documents')}>
          <Load of={documents}>
            {(rows) =>
              rows.length === 0
                ? <Empty>{t('approvals.no_documents')}</Empty>
                : <ul className='divide-y'>{rows.map((one) => <Document key={one.id} one={one} />)}</ul>}
          </Load>
          <More of={documents} name={t('approvals.documents')} />
        </Card>
      </div>
    </>
  )
}

interface Waiting {
  id: string
  approval_type: string
  requested_by: string
  requested_at: string
  comment: string | null
  payload: unknown
  listing_id: string
  mls_listings: { ref: string | null; name: string | null; city: string | null }
}

type Decision = 'APPROVED' | 'REJECTED'

/** Decides on one thing that waits, with a comment. */
function useDecision(listingId: string, work: (decision: Decision, comment?: string) => Promise<unknown>) {
  const [comment, setComment] = useState('')
  const { mutate, isPending } = useAct(
    (decision: Decision) => work(decision, comment || undefined),
    {
      done: (_, decision) => t(decision === 'APPROVED' ? 'approvals.approved' : 'approvals.rejected'),
      changes: [['approvals'], ['listing', listingId], ['board']],
    },
  )
  return { comment, setComment, decide: mutate, busy: isPending }
}

function Approval({ one }: { one: Waiting }) {
  const payload = one.payload as { new_price?: number; currency_code?: string } | null
  const decision = useDecision(
    one.listing_id,
    (decision, comment) => answer(hub().rpc('decide_approval', { approval_id: one.id, decision, comment })),
  )
  return (
    <li className='space-y-2 py-3'>
      <p className='font-medium'>
        {textOf('approval', one.approval_type)}
        {payload?.new_price !== undefined && ` → ${money(payload.new_price, payload.currency_code)}`}
      </p>
      <p className='text-sm'>
        <ListingLink id={one.listing_id} listing={one.mls_listings} />
        <span className='text-muted'>{` · ${ago(one.requested_at)}`}</span>
      </p>
      {one.comment && <p className='foreign text-sm text-muted'>{one.comment}</p>}
      <Decide by={one.requested_by} {...decision} />
    </li>
  )
}

interface Paper {
  id: string
  file_name: string
  storage_path: string
  uploaded_by: string | null
  uploaded_at: string
  listing_id: string
  mls_listings: { ref: string | null; name: string | null }
  mls_document_type_config: { name: string; code: string }
}

function Document({ one }: { one: Paper }) {
  const decision = useDecision(
    one.listing_id,
    (decision, reason) => answer(hub().rpc('review_document', { document_id: one.id, decision, reason })),
  )
  const look = useAct(async () => {
    const { signedUrl } = await answer(
      hub().storage.from('mls-documents').createSignedUrl(one.storage_path, 300),
    )
    open(signedUrl, '_blank', 'noopener')
  })
  return (
    <li className='space-y-2 py-3'>
      <p className='foreign font-medium'>{one.mls_document_type_config.name}</p>
      <p className='text-sm'>
        <ListingLink id={one.listing_id} listing={one.mls_listings} />
        {' · '}
        <button type='button' className='foreign text-accent underline' onClick={() => look.mutate()}>
          {one.file_name}
        </button>
        <span className='text-muted'>{` · ${ago(one.uploaded_at)}`}</span>
      </p>
      <Decide by={one.uploaded_by} {...decision} />
    </li>
  )
}

function ListingLink({ id, listing }: { id: string; listing: { ref: string | null; name: string | null } }) {
  return (
    <Link to='/listings/$id' params={{ id }} className='foreign text-accent underline'>
      {titleOf(listing)}
    </Link>
  )
}

/** The comment and both answers; nobody decides on what they asked for themselves. */
function Decide(
  { by, comment, setComment, busy, decide }: { by: string | null } & ReturnType<typeof useDecision>,
) {
  if (useAccess()?.user_id === by) return <p className='text-sm text-warn'>{t('approvals.own')}</p>
  return (
    <div className='flex flex-wrap items-end gap-2'>
      <Input
        label={t('approvals.comment')}
        quiet
        placeholder={t('approvals.comment')}
        value={comment}
        onChange={({ target }) => setComment(target.value)}
        className='min-w-40 flex-1'
      />
      <Button
        kind='primary'
        busy={busy}
        icon={<Check size={15} aria-hidden />}
        onClick={() => decide('APPROVED')}
      >
        {t('approvals.approve')}
      </Button>
      <Button kind='danger' busy={busy} icon={<X size={15} aria-hidden />} onClick={() => decide('REJECTED')}>
        {t('approvals.reject')}
      </Button>
    </div>
  )
}
