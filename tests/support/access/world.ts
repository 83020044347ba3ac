import { listing } from '../gold.ts'
import type { Hub } from '../hub.ts'
import type { World } from './requests.ts'

/** One of each thing of Cyprus that a route can name. */
export async function makeWorld(hub: Hub): Promise<World> {
  const tokens: Record<string, string> = {}
  const as: World['as'] = async (client, method, path, body) => {
    tokens[client] ??= await hub.token(client)
    const response = await fetch(`${hub.functionsUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${tokens[client]}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  let number = 0
  const broken = listing(2, { ListPrice: 'much' })
  const open = { source: 'gold', office_key: 'SHARPSIR-CY-001', resource: 'property', mode: 'DELTA' }
  const { run_id } = await as('databricks', 'POST', '/ingest/runs', open)
  const { batch_id } = await as('databricks', 'POST', `/ingest/property?run=${run_id}`, [
    listing(1),
    broken,
  ])
  const source = await as('operator', 'POST', '/sources', {
    office_key: 'SHARPSIR-CY-001',
    code: 'CYMOCK',
    name: 'Mock',
    provider: 'MOCK',
    settings: { listings: 1 },
  })
  // in the hands of a worker that never comes back: no request finds it another way than the one before
  const { rows: [run] } = await hub.pool.query(
    `insert into public.mls_source_runs (source_id, tenant_id, mode, trigger, status, lease_token, leased_until)
     select id, tenant_id, 'FULL', 'person', 'running', gen_random_uuid(), 'infinity' from public.mls_sources where id = $1 returning id`,
    [source.id],
  )
  const subscription = await as('portal_cy', 'POST', '/egress/subscriptions', {
    url: 'http://127.0.0.1:9/x',
    resource: 'Property',
  })
  const { id: message } = await as('portal_cy', 'POST', `/egress/subscriptions/${subscription.id}/test`)
  const search = await as('portal_cy', 'POST', '/search/saved', { name: 'x', search: {} })
  const { rows: [found] } = await hub.pool.query(
    `select l.id, q.id as quarantined from public.mls_listings l, public.mls_ingest_quarantine q
     where l.origin_key = 'QOBRIX_1' and q.record_key = 'QOBRIX_2'`,
  )
  return {
    hub,
    as,
    next: () => ++number,
    listing: found.id,
    quarantined: found.quarantined,
    subscription: subscription.id,
    message,
    source: 'CYMOCK',
    sourceRun: run.id,
    ingestRun: run_id,
    receipt: batch_id,
    savedSearch: search.id,
  }
}
