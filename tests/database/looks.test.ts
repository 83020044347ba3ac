import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { type Actor, actors } from '../support/access/actors.ts'
import { relations, rightsOf } from '../support/access/matrix.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/**
 * Whoever looks as a person (admin/view-as) writes nothing, whatever the person may: no table through the Data API, no
 * function, no file. The claim `read_only` alone is enough, with all letters of crud left in the token.
 */
let database: TestDatabase
let fixture: { listing: string; tenant: string }
let hungary: string

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  await database.pool.query(
    `select mls.upsert_api_client(jsonb_build_object('client_id', 'portal_cy', 'name', 'Portal',
    'secret', repeat('x', 40), 'scopes', '["odata"]'::jsonb, 'offices', '["SHARPSIR-CY-001"]'::jsonb))`,
  )
  await database.pool.query(
    `begin; ${readFileSync(join(repository, 'tests/support/access/rows.sql'), 'utf8')}; commit`,
  )
  await database.pool.query(
    `insert into auth.users (id, email) values ('b0000000-0000-4000-8000-000000000001', 'broker.cy@demo.example')
     on conflict do nothing`,
  )
  await database.pool.query(
    `insert into public.mls_saved_searches (tenant_id, user_id, name)
     select id, 'b0000000-0000-4000-8000-000000000001', 'x' from public.mls_tenants where code = 'CY'`,
  )
  const { rows: [row] } = await database.pool.query(`
    select l.id as listing, l.tenant_id as tenant, (select id from mls_tenants where code = 'HU') as hungary
    from mls_listings l where l.origin_key = 'QOBRIX_matrix'`)
  fixture = { listing: row.listing, tenant: row.tenant }
  hungary = row.hungary
}, 60_000)
afterAll(() => database?.drop())

function looking(name: string): Actor {
  const actor = actors(fixture.tenant, hungary)[name]!
  return { ...actor, claims: { ...actor.claims, read_only: true } }
}

/** A call of each function that changes something, of what the broker holds. */
const calls: Record<string, string> = {
  advance_listing: `advance_listing($1)`,
  assign_listing: `assign_listing($1, 'b0000000-0000-4000-8000-000000000001')`,
  bulk_review: `bulk_review('claim', array[$1::uuid])`,
  change_price: `change_price($1, 120)`,
  claim_listing: `claim_listing($1)`,
  complete_checklist_item:
    `complete_checklist_item((select id from mls_listing_checklist_items where listing_id = $1 limit 1))`,
  create_listing: `create_listing('{}')`,
  decide_approval:
    `decide_approval((select id from mls_listing_approvals where listing_id = $1 limit 1), 'APPROVED')`,
  decide_duplicate: `decide_duplicate($1, 'distinct')`,
  edit_extra_fields: `edit_extra_fields($1, '{}')`,
  erase_contact: `erase_contact('QOBRIX_CONTACT_m')`,
  grant_access: `grant_access('broker.cy@demo.example')`,
  hand_back: `hand_back($1)`,
  hand_back_market: `hand_back_market('SHARPSIR-CY-001')`,
  pause_syndication: `pause_syndication($1, 'FACEBOOK')`,
  publish: `publish($1)`,
  release_listing: `release_listing($1)`,
  remove_syndication: `remove_syndication($1, 'FACEBOOK')`,
  reorder_media: `reorder_media($1, array(select id from mls_listing_media where listing_id = $1))`,
  request_approval: `request_approval($1, 'MARKETING')`,
  resolve_drift: `resolve_drift($1, array['city'], 'keep')`,
  resume_syndication: `resume_syndication($1, 'FACEBOOK')`,
  retry_syndication: `retry_syndication($1, 'FACEBOOK')`,
  return_listing: `return_listing($1, 'x')`,
  review_document:
    `review_document((select id from mls_listing_documents where listing_id = $1 limit 1), 'APPROVED')`,
  save_search: `save_search('x', '{}')`,
  set_co_broker: `set_co_broker($1, null)`,
  set_location: `set_location($1, 34, 33)`,
  switch_market: `switch_market('CY')`,
  syndicate_listing: `syndicate_listing($1, 'LINKEDIN')`,
  take_over: `take_over($1)`,
  take_over_market: `take_over_market('SHARPSIR-CY-001')`,
  withdraw: `withdraw($1, 'x')`,
}

/** No right; as a code of its own where a function says more. */
const refusals = ['42501', 'PT403']
const people = ['self', 'team', 'org_admin', 'system_admin']

/** What a statement of an actor comes to: the code of its error, or how many rows it touched. */
async function attempt(actor: Actor, sql: string, values: unknown[]): Promise<string> {
  const client: pg.PoolClient = await database.pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local role ${actor.role}`)
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(actor.claims)])
    return `touched ${(await client.query(sql, values)).rowCount}`
  } catch (error) {
    return String((error as pg.DatabaseError).code)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

describe('who looks as somebody else', () => {
  it.each(people)('as %s writes no table', async (name) => {
    const { rows } = await database.pool.query<{ name: string }>(`
      select distinct c.relname as name from pg_class c, aclexplode(c.relacl) x
      where c.relnamespace = 'public'::regnamespace and x.grantee = 'authenticated'::regrole and x.privilege_type <> 'SELECT'
      union select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) x
      where c.relnamespace = 'public'::regnamespace and x.grantee = 'authenticated'::regrole and x.privilege_type <> 'SELECT'`)
    const writable = new Set(rows.map((row) => row.name))
    expect(writable.size).toBeGreaterThan(15)
    const asked = (await relations(database.pool)).filter((relation) => writable.has(relation.name))
    const rights = await rightsOf(database.pool, looking(name), asked, fixture)
    expect(asked.map((relation, index) => [relation.name, rights[index]]))
      .toEqual(asked.map((relation) => [relation.name, expect.stringMatching(/^[r-]$/)]))
  })

  it('changes nothing by any function', async () => {
    const { rows } = await database.pool.query<{ name: string }>(`
      select p.proname as name from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.provolatile = 'v' and has_function_privilege('authenticated', p.oid, 'execute')`)
    expect(rows.map((row) => row.name).sort()).toEqual(Object.keys(calls).sort())
    const outcomes: string[] = []
    for (const [called, call] of Object.entries(calls)) {
      const values = call.includes('$1') ? [fixture.listing] : []
      let isOpen = false
      for (const name of people) {
        const outcome = await attempt(looking(name), `select public.${call}`, values)
        if (!refusals.includes(outcome)) outcomes.push(`${called} as ${name}: ${outcome}`)
        const itself = actors(fixture.tenant, hungary)[name]!
        isOpen ||= !refusals.includes(await attempt(itself, `select public.${call}`, values))
      }
      // else the refusal would say nothing of looking
      if (!isOpen) outcomes.push(`${called}: refused to everybody`)
    }
    expect(outcomes).toEqual([])
  })

  it('puts no file into Storage, exchanges none and takes none away', async () => {
    for (const name of people) {
      for (
        const sql of [
          `insert into storage.objects (bucket_id, name, owner_id) values ('mls-media', $1 || '/new.jpg', mls.current_user_id())`,
          `update storage.objects set metadata = '{}' where name like $1 || '/%'`,
          `delete from storage.objects where name like $1 || '/%'`,
        ]
      ) {
        expect([name, await attempt(looking(name), sql, [fixture.listing])])
          .toEqual([name, sql.startsWith('insert') ? '42501' : 'touched 0'])
      }
    }
  })

  it('sends nothing by Realtime: no channel lets users write', async () => {
    const { rows } = await database.pool.query(
      `select policyname from pg_policies where schemaname = 'realtime' and cmd <> 'SELECT'`,
    )
    expect(rows).toEqual([])
  })
})
