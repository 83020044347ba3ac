import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actors } from '../support/access/actors.ts'
import { act } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, hungary, ingest } from '../support/gold.ts'
import { seededTemplate } from '../support/templates.ts'

/** Who may say that two listings are one home, or are not: every role x whose the two are, tried. */
let database: TestDatabase
let market: { CY: string; HU: string }
const ids: Record<string, string> = {}
const stranger = 'b0000000-0000-4000-8000-00000000dddd'

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  const { pool } = database
  const { rows } = await pool.query<{ code: string; id: string }>('select code, id from mls_tenants')
  market = Object.fromEntries(rows.map(({ code, id }) => [code, id])) as typeof market
  const home = (key: string, office: string) => ({
    ListingKey: key,
    OriginatingSystemOfficeKey: office,
    StandardStatus: 'Active',
    City: 'Limassol',
    ModificationTimestamp: '2026-01-01T00:00:00Z',
  })
  const names = ['free', 'own', 'foreign']
  await ingest(
    pool,
    'property',
    names.flatMap((name) => [home(`D_${name}1`, cyprus), home(`D_${name}2`, cyprus)]),
  )
  await ingest(pool, 'property', [home('D_across1', cyprus)])
  await ingest(pool, 'property', [home('D_across2', hungary)])
  const holders: Record<string, string> = {
    D_own1: actors(market.CY, market.HU).self!.claims!.sub as string,
    D_own2: stranger,
    D_foreign1: stranger,
    D_foreign2: stranger,
  }
  for (const [key, broker] of Object.entries(holders)) {
    await pool.query(
      `update mls_listings set broker_id = $2, claimed_at = now(), status = 'DRAFT' where origin_key = $1`,
      [key, broker],
    )
  }
  for (const name of [...names, 'across']) {
    const { rows: [pair] } = await pool.query<{ id: string }>(
      `insert into mls_listing_duplicates (tenant_id, other_tenant_id, listing_id, other_id, score)
       select a.tenant_id, b.tenant_id, a.id, b.id, 0.9 from mls_listings a, mls_listings b
       where a.origin_key in ($1, $2) and b.origin_key in ($1, $2) and a.id < b.id returning id`,
      [`D_${name}1`, `D_${name}2`],
    )
    ids[name] = pair!.id
  }
}, 60_000)
afterAll(() => database?.drop())

/** What becomes of a decision: it stands (ok), is refused, or the pair is not there for this person. */
async function decide(
  claims: Record<string, unknown>,
  pair: string,
  decision = 'CONFIRMED',
): Promise<string> {
  try {
    const [row] = await act<{ status: string; decided_by: string }>(
      database.pool,
      claims,
      'select (public.decide_duplicate($1, $2)).*',
      [ids[pair] ?? pair, decision],
    )
    return row!.status === decision && row!.decided_by === claims.sub ? 'ok' : JSON.stringify(row)
  } catch (error) {
    const { code } = error as { code: string }
    return { '42501': 'refused', PT404: 'missing', '22023': 'invalid' }[code] ?? String(error)
  }
}

/** free: nobody holds them. own: broker_cy holds one. foreign: others hold both. across: of two markets. */
const expected: Record<string, [free: string, own: string, foreign: string, across: string]> = {
  no_claims: ['refused', 'refused', 'refused', 'refused'],
  self: ['ok', 'ok', 'refused', 'missing'],
  colleague: ['ok', 'refused', 'refused', 'missing'],
  team: ['ok', 'ok', 'refused', 'missing'],
  global: ['ok', 'ok', 'ok', 'missing'],
  org_admin: ['ok', 'ok', 'ok', 'missing'],
  // runs the whole hub: all markets are visible
  system_admin: ['ok', 'ok', 'ok', 'ok'],
  other_market: ['missing', 'missing', 'missing', 'missing'],
}

describe('decide_duplicate', () => {
  it.each(Object.keys(expected))('by %s', async (name) => {
    const { claims } = actors(market.CY, market.HU)[name]!
    const seen = []
    for (const pair of ['free', 'own', 'foreign', 'across']) {
      await database.pool.query(
        `update mls_listing_duplicates set status = 'LIKELY', decided_by = null, decided_at = null where true`,
      )
      const outcome = await decide(claims!, pair)
      const { rows: [{ status }] } = await database.pool.query(
        'select status from mls_listing_duplicates where id = $1',
        [ids[pair]],
      )
      seen.push(outcome === 'ok' || status === 'LIKELY' ? outcome : `${outcome}, and changed`)
    }
    expect(seen).toEqual(expected[name])
  })

  it('is for those who may change, and not for those who only read', async () => {
    const { claims } = actors(market.CY, market.HU).org_admin!
    for (const crud of ['r', 'cr', 'rd', '']) {
      expect([crud, await decide({ ...claims, crud }, 'free')]).toEqual([crud, 'refused'])
    }
  })

  it('knows two decisions, and the later replaces the earlier', async () => {
    const { claims } = actors(market.CY, market.HU).global!
    for (const decision of ['confirmed', 'LIKELY', 'MAYBE', '']) {
      expect([decision, await decide(claims!, 'free', decision)]).toEqual([decision, 'invalid'])
    }
    for (const decision of ['REJECTED', 'CONFIRMED', 'CONFIRMED', 'REJECTED']) {
      expect(await decide(claims!, 'free', decision)).toBe('ok')
    }
    expect(await decide(claims!, '00000000-0000-4000-8000-000000000000')).toBe('missing')
  })

  it('cannot be got around by writing the pairs', async () => {
    const { claims } = actors(market.CY, market.HU).org_admin!
    for (
      const statement of [
        `update public.mls_listing_duplicates set status = 'REJECTED' where true`,
        'delete from public.mls_listing_duplicates where true',
        'insert into public.mls_listing_duplicates default values',
      ]
    ) {
      await expect(act(database.pool, claims!, statement)).rejects.toThrow('permission denied')
    }
  })
})
