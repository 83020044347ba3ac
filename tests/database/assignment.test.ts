import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, claimsOf, refusal } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, hungary, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

let database: TestDatabase
let tenant: string
const agent = 'b0000000-0000-4000-8000-000000000001'
const desk = 'b0000000-0000-4000-8000-00000000000d'

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
  tenant = (await query(`select id from public.mls_tenants where code = 'CY'`))[0].id
})
afterAll(() => database?.drop())
beforeEach(() =>
  query(
    `delete from public.mls_listings; delete from public.mls_members; update public.mls_tenants set settings = '{}'`,
  )
)

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const send = async (...records: GoldRecord[]) => outcomes(await ingest(database.pool, 'property', records))
const assign = (setting: unknown) =>
  query('update public.mls_tenants set settings = $1', [JSON.stringify({ assign: setting })])
const member = (key: string, changes: GoldRecord = {}) =>
  ingest(database.pool, 'member', [{ MemberKey: key, OriginatingSystemOfficeKey: cyprus, ...changes }])
const signIn = (key: string, user: string | null = agent) =>
  query('update public.mls_members set user_id = $1 where origin_member_key = $2', [user, key])
const assigned = async () =>
  Object.fromEntries(
    (await query('select origin_key, assigned_to from public.mls_listings order by 1')).map((row) => [
      row.origin_key,
      row.assigned_to,
    ]),
  )

describe('a listing that arrives', () => {
  it.each([undefined, { to: 'nobody' }, { to: 'nobody', desks: { [cyprus]: desk } }])(
    'is assigned to nobody by %o',
    async (setting) => {
      if (setting) await assign(setting)
      await member('A')
      await signIn('A')
      await send(listing(1, { ListAgentKey: 'A' }))
      expect(await assigned()).toEqual({ QOBRIX_1: null })
    },
  )

  it('is assigned to its agent, found by key or e-mail, else to the desk of its office, else to nobody', async () => {
    await assign({ to: 'agent', desks: { [cyprus]: desk } })
    await member('A', { MemberEmail: 'Anna@Example.com' })
    await signIn('A')
    await send(
      listing(1, { ListAgentKey: 'A' }),
      listing(2, { ListAgentEmail: 'anna@example.com' }),
      listing(3, { ListAgentKey: 'UNKNOWN' }),
      listing(4, { OriginatingSystemOfficeKey: hungary, ListAgentKey: 'A' }),
    )
    expect(await assigned()).toEqual({ QOBRIX_1: agent, QOBRIX_2: agent, QOBRIX_3: desk, QOBRIX_4: null })
  })

  it('is assigned to its agent when the agent begins to sign in later', async () => {
    await assign({ to: 'agent' })
    await member('A')
    await send(listing(1, { ListAgentKey: 'A' }), listing(2, { ListAgentKey: 'B' }))
    await signIn('A')
    expect(await assigned()).toEqual({ QOBRIX_1: agent, QOBRIX_2: null })
  })

  it('is assigned to nobody of another market', async () => {
    await assign({ to: 'desk', desks: { [cyprus]: desk } })
    await ingest(database.pool, 'member', [{ MemberKey: 'H', OriginatingSystemOfficeKey: hungary }])
    await signIn('H', desk)
    await send(listing(1))
    expect(await assigned()).toEqual({ QOBRIX_1: null })
  })

  it('and is assigned is not claimed: it follows its source and is in the inbox until somebody claims it', async () => {
    await assign({ to: 'desk', desks: { [cyprus]: desk } })
    await send(listing(1))
    expect(await send(listing(1, { City: 'Paphos', ListPrice: 5 }))).toEqual(['refresh'])
    expect(await assigned()).toEqual({ QOBRIX_1: desk })
    expect(await query('select claimed_at, broker_id, status from public.mls_listings')).toEqual([
      { claimed_at: null, broker_id: null, status: 'INGESTED' },
    ])
    const { user } = claimsOf(tenant)
    const inbox = await act(
      database.pool,
      user(1),
      'select origin_key, assigned_to, badges from public.listing_inbox',
    )
    expect(inbox).toMatchObject([{ assigned_to: desk, badges: expect.arrayContaining(['ASSIGNED']) }])
    expect(await act(database.pool, user(1), 'select id from public.broker_board')).toEqual([])
    const [{ id }] = await query('select id from public.mls_listings')
    // whoever comes first may claim it
    await act(database.pool, user(1), 'select public.claim_listing($1)', [id])
    expect(await assigned()).toEqual({ QOBRIX_1: null })
  })
})

describe('assign_listing', () => {
  it('is for managers; others take what is nobody’s and give back their own', async () => {
    await send(listing(1))
    const [{ id }] = await query('select id from public.mls_listings')
    const { manager, user } = claimsOf(tenant)
    const call = (claims: Record<string, unknown>, to: string | null) =>
      act(database.pool, claims, 'select public.assign_listing($1, $2)', [id, to])
    const [one, two] = [user(1), user(2)]
    await call(one, String(one.sub))
    expect(await refusal(call(two, String(two.sub)))).toMatchObject({
      code: 'guard_failed',
      guard: 'min_scope:TEAM',
    })
    expect(await refusal(call(one, String(two.sub)))).toMatchObject({ guard: 'min_scope:TEAM' })
    expect(await refusal(call(two, null))).toMatchObject({ guard: 'min_scope:TEAM' })
    await call(one, null)
    await call(manager, String(two.sub))
    expect(await assigned()).toEqual({ QOBRIX_1: two.sub })
    await expect(call({ ...manager, crud: 'r' }, null)).rejects.toThrow()
    await expect(
      call(
        { ...manager, uoi: (await query(`select id from public.mls_tenants where code = 'HU'`))[0].id },
        null,
      ),
    )
      .rejects.toThrow('not_found')
    await act(database.pool, one, 'select public.claim_listing($1)', [id])
    expect(await refusal(call(one, String(one.sub)))).toMatchObject({ code: 'already_claimed' })
  })
})

describe('the setting', () => {
  it.each([
    'agent',
    {},
    { to: 'everybody' },
    { to: 'desk', desks: ['x'] },
    { to: 'desk', desks: { [cyprus]: 'nobody' } },
    { to: 'desk', desks: { [cyprus]: null } },
    { to: 'desk', who: 1 },
  ])('is not %o', (setting) => expect(assign(setting)).rejects.toThrow('check constraint'))
})
