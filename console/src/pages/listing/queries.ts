import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, counted, hub, type Row } from '../../lib/hub.ts'
import { behind, counting } from '../../lib/pages.ts'

/** The newest so many of what grows with the years; the page says so where there are more. */
export const newest = 200

/** All that concerns one listing is kept under ['listing', id], so that a signal renews the whole page. */
const of = <Data>(id: string, what: string, ask: () => Promise<Data>) =>
  queryOptions({ queryKey: ['listing', id, what], queryFn: ask })

export const listingQuery = (id: string) =>
  of(
    id,
    'row',
    async () => (await answer(hub().from('mls_listings').select('*').eq('id', id).limit(1)))[0] ?? null,
  )

export const boardQuery = (id: string) =>
  of(
    id,
    'board',
    async () => (await answer(hub().from('broker_board').select('*').eq('id', id).limit(1)))[0] ?? null,
  )

export const originQuery = (id: string) =>
  of(id, 'origin', async () => {
    const rows = await answer(
      hub().from('mls_listing_origins').select('payload, source_modified_at, last_seen_at').eq(
        'listing_id',
        id,
      ).limit(1),
    )
    return rows[0] ?? null
  })

export const driftQuery = (id: string) =>
  of(
    id,
    'drift',
    () =>
      answer(
        hub().from('mls_listing_drift').select('field, ours, theirs, since, owner').eq('listing_id', id)
          .order('field'),
      ),
  )

/** So many of a list are read at once. */
const pageSize = 100

export const photoPages = (id: string) => ({
  queryKey: ['listing', id, 'photos'],
  ask: async (last: Photo | undefined, signal: AbortSignal) => {
    let question = photosOf(id, { count: 'exact' })
    if (last) {
      question = question.or(
        behind({ column: 'display_order', value: last.display_order, id: last.seq, by: 'seq' }),
      )
    }
    return counting(
      await counted(question.order('display_order').order('seq').limit(pageSize).abortSignal(signal)),
    )
  },
})

/** The place behind the last photo, also of those that nobody has looked at yet. */
export async function placeBehindPhotos(id: string): Promise<number> {
  const [last] = await answer(photosOf(id).order('display_order', { ascending: false }).limit(1))
  return 1 + (last?.display_order ?? -1)
}

const photosOf = (id: string, options?: { count: 'exact' }) =>
  hub().from('mls_listing_media')
    .select(
      'id, seq, display_order, is_primary, is_hidden, media_url, storage_path, title, description, copy_status, copy_error, origin_system',
      options,
    )
    .eq('listing_id', id).eq('origin_deleted', false).eq('media_category', 'image')

export type Photo = Pick<
  Row<'mls_listing_media'>,
  | 'id'
  | 'seq'
  | 'display_order'
  | 'is_primary'
  | 'is_hidden'
  | 'media_url'
  | 'storage_path'
  | 'title'
  | 'description'
  | 'copy_status'
  | 'copy_error'
  | 'origin_system'
>

export const stepsQuery = (id: string) =>
  of(id, 'steps', () =>
    answer(
      hub().from('mls_listing_checklist_items')
        .select(
          'id, is_completed, completed_at, notes, due_date, template_id, mls_checklist_templates!inner(role, step_number, title, description, stage, is_required)',
        )
        .eq('listing_id', id).limit(500),
    ))

export const documentsQuery = (id: string) =>
  of(id, 'documents', () =>
    answer(
      hub().from('mls_listing_documents')
        .select(
          'id, document_type_id, file_name, storage_path, status, uploaded_at, rejection_reason, expires_on',
        )
        .eq('listing_id', id).order('uploaded_at', { ascending: false }).limit(newest),
    ))

/** Of the listing's market: who runs the hub reads those of every market. */
export const documentTypesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['document-types', tenant],
    staleTime: 600_000,
    queryFn: () =>
      answer(
        hub().from('mls_document_type_config').select('*').eq('tenant_id', tenant).eq('is_active', true)
          .order('sort_order'),
      ),
  })

export const approvalsQuery = (id: string) =>
  of(id, 'approvals', () =>
    answer(
      hub().from('mls_listing_approvals')
        .select('id, approval_type, status, requested_by, requested_at, decided_at, comment, payload')
        .eq('listing_id', id).order('requested_at', { ascending: false }).limit(newest),
    ))

export const historyQuery = (id: string) =>
  of(id, 'history', async () => {
    const [statuses, prices] = await Promise.all([
      answer(
        hub().from('mls_status_history').select('id, from_status, to_status, changed_at, reason, trigger').eq(
          'listing_id',
          id,
        ).order('id', { ascending: false }).limit(newest),
      ),
      answer(
        hub().from('mls_price_history').select(
          'id, price_kind, old_price, new_price, currency_code, changed_at, reason, source',
        ).eq('listing_id', id).order('id', { ascending: false }).limit(newest),
      ),
    ])
    return { statuses, prices }
  })

type Note = Pick<Row<'mls_listing_notes'>, 'id' | 'body' | 'created_at'>
type Task = Pick<
  Row<'mls_listing_tasks'>,
  'id' | 'title' | 'description' | 'status' | 'due_date' | 'created_at'
>

const olderThan = ({ created_at, id }: { created_at: string; id: string }) =>
  behind({ column: 'created_at', value: created_at, id, falling: true })

export const notePages = (id: string) => ({
  queryKey: ['listing', id, 'notes'],
  ask: async (last: Note | undefined, signal: AbortSignal) => {
    let question = hub().from('mls_listing_notes').select('id, body, created_at', { count: 'exact' })
      .eq('listing_id', id)
    if (last) question = question.or(olderThan(last))
    return counting(
      await counted(
        question.order('created_at', { ascending: false }).order('id', { ascending: false }).limit(pageSize)
          .abortSignal(signal),
      ),
    )
  },
})

export const taskPages = (id: string) => ({
  queryKey: ['listing', id, 'tasks'],
  ask: async (last: Task | undefined, signal: AbortSignal) => {
    let question = hub().from('mls_listing_tasks')
      .select('id, title, description, status, due_date, created_at', { count: 'exact' }).eq('listing_id', id)
    if (last) question = question.or(olderThan(last))
    return counting(
      await counted(
        question.order('created_at', { ascending: false }).order('id', { ascending: false }).limit(pageSize)
          .abortSignal(signal),
      ),
    )
  },
})

export interface Explanation {
  portal: string
  shown: boolean
  publishable: boolean
  reasons: { code: string; message: string }[]
  syndication: {
    status: string
    due: boolean
    attempts: number
    next_attempt_at: string | null
    last_success_at: string | null
    last_error: string | null
    external_url: string | null
    external_id: string | null
  } | null
}

/** Portals of the listing's market, each with why the listing is there or not. */
export const portalsQuery = (id: string, tenant: string) =>
  of(id, 'portals', async () => {
    const portals = await answer(
      hub().from('mls_portal_definitions').select('code, name, channel_type, phase, is_active')
        .eq('tenant_id', tenant).order('name'),
    )
    return await Promise.all(portals.map(async (portal) => ({
      ...portal,
      explanation: await answer(
        hub().rpc('explain_syndication', { listing_id: id, portal_code: portal.code }),
      ) as unknown as Explanation | null,
    })))
  })

type Sent = Pick<
  Row<'mls_delivery_history'>,
  'id' | 'portal_id' | 'outcome' | 'attempts' | 'last_at' | 'status' | 'calls' | 'error' | 'changes'
>

/** What portals were told, the newest first. */
export const sentPages = (id: string) => ({
  queryKey: ['listing', id, 'sent'],
  ask: async (last: Sent | undefined, signal: AbortSignal) => {
    const question = hub().from('mls_delivery_history')
      .select('id, portal_id, outcome, attempts, last_at, status, calls, error, changes', { count: 'exact' })
      .eq('listing_id', id)
    return counting(
      await counted(
        (last ? question.lt('id', last.id) : question).order('id', { ascending: false }).limit(pageSize)
          .abortSignal(signal),
      ),
    )
  },
})

/** Names of portals: a row of the history holds the id alone. */
export const portalNamesQuery = queryOptions({
  queryKey: ['portal-names'],
  staleTime: 600_000,
  queryFn: async () =>
    new Map(
      (await answer(hub().from('mls_portal_definitions').select('id, name'))).map((
        { id, name },
      ) => [id, name]),
    ),
})

export const useListing = (id: string) => useQuery(listingQuery(id))
