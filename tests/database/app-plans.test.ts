import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { type Claims, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/**
 * What screens ask for, at tens of thousands of listings under row level security: no query reads a large table from end
 * to end, whoever asks. The bench fills three times as many, where reading all would tempt even less.
 */
const listings = 30_000
let database: TestDatabase
let users: Record<string, Claims>

const large = [
  'mls_listings',
  'mls_status_history',
  'mls_listing_checklist_items',
  'mls_listing_tasks',
  'mls_listing_media',
]

const screens: Record<string, string> = {
  'the inbox, newest first': 'select * from listing_inbox order by seq desc limit 50',
  'a later page of the inbox': `select * from listing_inbox where seq < ${
    listings / 2
  } order by seq desc limit 50`,
  'the inbox of a town': `select * from listing_inbox where city = 'Town 7' order by seq desc limit 50`,
  'the board': 'select * from broker_board order by status_changed_at, id limit 50',
  'the board of a stage':
    `select * from broker_board where status = 'MARKETING_REVIEW' order by status_changed_at, id limit 50`,
  'figures of the week': 'select * from dashboard_daily(current_date - 7)',
  'stages of the week': 'select * from dashboard_stages(current_date - 7)',
  'one listing': `select * from mls_listings where id = '$LISTING'`,
  'its drift': `select * from mls_listing_drift where listing_id = '$LISTING'`,
  'its media': `select * from mls_listing_media where listing_id = '$LISTING' order by display_order`,
  'its history': `select * from mls_status_history where listing_id = '$LISTING' order by id`,
  'its steps': `select * from mls_listing_checklist_items where listing_id = '$LISTING'`,
  'my open tasks': `select * from mls_listing_tasks where assigned_to = '$USER' and status = 'OPEN' limit 50`,
  'the website':
    `select * from listings_public where market = 'CY' order by published_at desc, id desc limit 24`,
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  Plans?: Plan[]
}

function scans(plan: Plan): string[] {
  const own = plan['Node Type'] === 'Seq Scan' && large.includes(plan['Relation Name'] ?? '')
    ? [plan['Relation Name']!]
    : []
  return [...own, ...(plan.Plans ?? []).flatMap(scans)]
}

async function explain(sql: string, claims: Claims | null): Promise<Plan> {
  const client = await database.pool.connect()
  try {
    await client.query('begin read only')
    if (claims) {
      await client.query('set local role authenticated')
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)])
    }
    const run = async () =>
      (await client.query(`explain (analyze, timing off, format json) ${sql}`)).rows[0]['QUERY PLAN'][0]
    await run()
    return (await run()).Plan
  } finally {
    await client.query('rollback')
    client.release()
  }
}

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  // each claimed listing gets every step that is in use: of eight there are 21,600, of all 44 nothing else is asked
  await database.pool.query(`update public.mls_checklist_templates t set is_active = t.id in (
    select id from public.mls_checklist_templates c where c.tenant_id = t.tenant_id order by id limit 8)`)
  const volume = readFileSync(join(repository, 'scripts/bench/volume.sql'), 'utf8')
    .replace('generate_series(1, 100000)', `generate_series(1, ${listings})`)
  for (const statement of volume.split(/;\n/)) if (statement.trim()) await database.pool.query(statement)
  const { rows: [tenant] } = await database.pool.query(`select id from mls_tenants where code = 'CY'`)
  const { broker, manager, admin } = claimsOf(tenant.id)
  users = { broker, manager, admin }
  const { rows: [listing] } = await database.pool.query(
    'select id from mls_listings where broker_id = $1 limit 1',
    [broker.sub],
  )
  for (const name of Object.keys(screens)) {
    screens[name] = screens[name]!.replace('$LISTING', listing.id).replace('$USER', String(broker.sub))
  }
}, 180_000)
afterAll(() => database?.drop())

describe.each(['broker', 'manager', 'admin'])('for a %s', (user) => {
  it.each(Object.keys(screens))('%s', async (screen) => {
    const plan = await explain(screens[screen]!, users[user]!)
    expect({ screen, scans: scans(plan) }).toEqual({ screen, scans: [] })
  })
})
