import type pg from 'pg'
import { accessToken } from './access-token.ts'
import type { Credentials } from './credentials.ts'
import { StackError } from './stack-error.ts'

/** A fourth market beside those that batches feed: one that the hub reads by itself, from the invented source MOCK. */
export const demoSource = {
  tenant: { code: 'GR', name: 'Greece, read by the hub itself', country: 'GR', currency: 'EUR' },
  source: {
    office_key: 'DEMO-GR-001',
    code: 'demo_gr',
    name: 'Invented listings of Greece',
    provider: 'MOCK',
    settings: { listings: 40, seed: 'greece' },
  },
}

/** Makes the market and its source, and reads it once: without a schedule the demo stands still afterwards. */
export async function seedSource(
  pool: pg.Pool,
  functionsUrl: string,
  credentials: Credentials,
  log: (line: string) => void,
  photos?: string,
): Promise<void> {
  const { tenant, source } = demoSource
  const { rowCount } = await pool.query('select from public.mls_offices where office_key = $1', [
    source.office_key,
  ])
  if (rowCount) return
  await pool.query(
    `with t as (
       insert into public.mls_tenants (code, name, country, currency_code) values ($1, $2, $3, $4)
       on conflict (code) do update set code = excluded.code returning id)
     insert into public.mls_offices
       (tenant_id, office_key, originating_office_key, is_market, origin_system, currency_code, name, status, type, country)
     select t.id, $5, $5, true, 'MOCK', $4, $2, 'Active', 'MLS', $3 from t`,
    [tenant.code, tenant.name, tenant.country, tenant.currency, source.office_key],
  )
  const token = await accessToken(functionsUrl, credentials.clients.operator!)
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(functionsUrl + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const answer = await response.json()
    if (!response.ok) throw new StackError(`The demo source could not be made: ${answer.detail}`)
    return answer
  }
  await call('POST', '/sources', { ...source, settings: { ...source.settings, photos } })
  const { run_id } = await call('POST', `/sources/${source.code}/runs`, { mode: 'FULL' })
  for (let tries = 0; tries < 600; tries++) {
    const run = await call('GET', `/sources/runs/${run_id}`)
    if (run.status === 'finished') {
      return log(`A source of its own for ${tenant.code}: ${run.counts.insert} listings`)
    }
    if (run.finished_at) {
      throw new StackError(`The demo source could not be read: ${run.error?.message ?? run.status}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new StackError('The demo source is not read within a minute.')
}
