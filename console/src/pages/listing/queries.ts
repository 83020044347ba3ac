import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, hub, type Row } from '../../lib/hub.ts'

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

export const mediaQuery = (id: string) =>
  of(id, 'media', () =>
    answer(
      hub().from('mls_listing_media')
        .select(
          'id, display_order, is_primary, is_hidden, media_category, media_url, storage_path, title, description, copy_status, copy_error, origin_system, origin_deleted',
        )
        .eq('listing_id', id).eq('origin_deleted', false).order('display_order').order('seq').limit(500),
    ))

export type Photo = Pick<
  Row<'mls_listing_media'>,
  | 'id'
  | 'display_order'
  | 'is_primary'
  | 'is_hidden'
  | 'media_category'
  | 'media_url'
  | 'storage_path'
  | 'title'
  | 'description'
  | 'copy_status'
  | 'copy_error'
  | 'origin_system'
  | 'origin_deleted'
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
        .eq('listing_id', id).order('uploaded_at', { ascending: false }),
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
        .eq('listing_id', id).order('requested_at', { ascending: false }),
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

export const talkQuery = (id: string) =>
  of(id, 'talk', async () => {
    const [notes, tasks] = await Promise.all([
      answer(
        hub().from('mls_listing_notes').select('id, body, author_id, created_at, is_private').eq(
          'listing_id',
          id,
        ).order('created_at', { ascending: false }).limit(newest),
      ),
      answer(
        hub().from('mls_listing_tasks').select('id, title, description, status, due_date, priority, kind').eq(
          'listing_id',
          id,
        ).order('created_at', { ascending: false }).limit(newest),
      ),
    ])
    return { notes, tasks }
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

/** Portals by name: a row of the history holds the id alone. */
export const sentQuery = (id: string) =>
  of(id, 'sent', async () => {
    const [rows, portals] = await Promise.all([
      answer(
        hub().from('mls_delivery_history')
          .select('id, portal_id, outcome, attempts, last_at, status, calls, error, changes')
          .eq('listing_id', id).order('id', { ascending: false }).limit(newest),
      ),
      answer(hub().from('mls_portal_definitions').select('id, name')),
    ])
    const names = new Map(portals.map((portal) => [portal.id, portal.name]))
    return rows.map((row) => ({ ...row, portal: names.get(row.portal_id) ?? row.portal_id }))
  })

export const useListing = (id: string) => useQuery(listingQuery(id))
