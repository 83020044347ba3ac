import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, type Claims, claimsOf, refusal } from '../support/act.ts'
import { createDatabase, openPool, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/** The workflow as data, its races, and what each function refuses. */
let database: TestDatabase
let crowd: pg.Pool
let who: ReturnType<typeof claimsOf>
let id: string
let number = 0

const rpc = async (claims: Claims, call: string, values: unknown[] = [id]) =>
  (await act(crowd, claims, `select * from public.${call}`, values))[0]!
const one = async (sql: string, values: unknown[] = [id]) => (await database.pool.query(sql, values)).rows[0]

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  crowd = openPool({ connectionString: database.url, max: 40 })
  who = claimsOf((await one(`select id from mls_tenants where code = 'CY'`, [])).id)
})
afterAll(async () => {
  await crowd?.end()
  await database?.drop()
})

beforeEach(async () => {
  const key = `QOBRIX_${++number}`
  await database.pool.query('select public.ingest_listing($1)', [{
    ListingKey: key,
    ListingId: `R${number}`,
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
    StandardStatus: 'Active',
    PropertyType: 'Residential',
    City: 'Limassol',
    Country: 'CY',
    ListPrice: '100000.00',
    PublicRemarks: 'From the source.',
    X_SeaView: 'false',
  }])
  id = (await one('select id from mls_listings where origin_key = $1', [key])).id
})

describe('claiming', () => {
  it('has one winner out of two hundred; the others learn who', async () => {
    const answers = await Promise.allSettled(
      Array.from(
        { length: 200 },
        (_, n) => act(crowd, who.user(n + 1), 'select (claim_listing($1)).broker_id', [id]),
      ),
    )
    const won = answers.filter((answer) => answer.status === 'fulfilled')
    expect(won).toHaveLength(1)
    const holder = won[0]!.value[0]!.broker_id
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue
      expect(answer.reason.code).toBe('PT409')
      expect(answer.reason.message).toBe('already_claimed')
      expect(JSON.parse(answer.reason.detail)).toMatchObject({ holder })
    }
    expect(
      await one(
        `select count(*)::int as times from mls_status_history where listing_id = $1 and to_status = 'DRAFT'`,
      ),
    )
      .toEqual({ times: 1 })
  })

  it('is for those with the right to update, for oneself or the team', async () => {
    const reader = { ...who.broker, crud: 'cr' }
    await expect(rpc(reader, 'claim_listing($1)')).rejects.toMatchObject({ code: '42501' })
    await expect(rpc(who.broker, 'claim_listing($1, $2)', [id, who.manager.sub])).rejects.toMatchObject({
      code: '42501',
    })
    expect(await rpc(who.manager, 'claim_listing($1, $2)', [id, who.broker.sub])).toMatchObject({
      broker_id: who.broker.sub,
    })
  })

  it('ends with a release: the source speaks again', async () => {
    // the source has since sent the same content with a newer time
    await database.pool.query(
      `update mls_listing_origins set source_modified_at = now() + interval '1 day' where listing_id = $1`,
      [id],
    )
    await rpc(who.broker, 'claim_listing($1)')
    await act(
      crowd,
      who.broker,
      `update mls_listings set public_remarks = 'Draft', sea_view = true where id = $1`,
      [id],
    )
    expect(await rpc(who.broker, 'release_listing($1)')).toMatchObject({
      status: 'INGESTED',
      broker_id: null,
      public_remarks: 'From the source.',
      sea_view: false,
    })
    expect(
      await one(
        `select "PublicRemarks" as remarks, "X_SeaView" as sea from served_property where record_id = $1`,
      ),
    )
      .toEqual({ remarks: 'From the source.', sea: 'false' })
    expect(await refusal(rpc(who.broker, 'release_listing($1)'))).toMatchObject({ code: 'not_claimed' })
  })

  it('can be shared with a co-broker, who is an owner', async () => {
    const second = who.user(77)
    await rpc(who.broker, 'claim_listing($1)')
    await expect(rpc(second, 'withdraw($1, $2)', [id, 'x'])).rejects.toMatchObject({ code: '42501' })
    await rpc(who.broker, 'set_co_broker($1, $2)', [id, second.sub])
    expect(
      await act(crowd, second, `update mls_listings set name = 'Ours' where id = $1 returning name`, [id]),
    )
      .toEqual([{ name: 'Ours' }])
  })
})

describe('moving', () => {
  beforeEach(() => rpc(who.broker, 'claim_listing($1)'))

  it('goes one step at a time, however many people push', async () => {
    const answers = await Promise.allSettled(
      Array.from(
        { length: 30 },
        () => rpc(who.broker, 'advance_listing($1, $2)', [id, 'PENDING_DUE_DILIGENCE']),
      ),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const { rows } = await database.pool.query(
      `select from_status, to_status from mls_status_history where listing_id = $1 and to_status = 'PENDING_DUE_DILIGENCE'`,
      [id],
    )
    expect(rows).toEqual([{ from_status: 'DRAFT', to_status: 'PENDING_DUE_DILIGENCE' }])
  })

  it('follows the table of transitions, not code', async () => {
    expect(await refusal(rpc(who.broker, 'publish($1)'))).toMatchObject({ guard: 'approved:DUE_DILIGENCE' })
    await act(
      crowd,
      who.admin,
      `
      update mls_status_transitions set guards = '{}', min_scope = 'org_admin' where from_status = 'PENDING_DUE_DILIGENCE' and kind = 'advance'`,
    )
    expect(await refusal(rpc(who.broker, 'publish($1)'))).toMatchObject({ guard: 'min_scope:ORG_ADMIN' })
    await act(
      crowd,
      who.admin,
      `
      update mls_status_transitions set min_scope = 'self', roles = '{director}' where from_status = 'PENDING_DUE_DILIGENCE' and kind = 'advance'`,
    )
    expect(await refusal(rpc(who.broker, 'publish($1)'))).toMatchObject({ guard: 'role' })
    await act(
      crowd,
      who.admin,
      `
      update mls_status_transitions set guards = '{}', roles = '{}' where kind in ('advance', 'publish') and from_status < 'PUBLISHED'`,
    )
    expect(await rpc(who.broker, 'publish($1)')).toMatchObject({ status: 'PUBLISHED' })
    await act(
      crowd,
      who.admin,
      `delete from mls_status_transitions where from_status = 'PUBLISHED' and to_status = 'WITHDRAWN'`,
    )
    expect(await refusal(rpc(who.broker, 'withdraw($1, $2)', [id, 'Sold privately']))).toMatchObject({
      guard: 'transition',
    })
  })

  it('asks for one approval more once the market requires it', async () => {
    await act(
      crowd,
      who.admin,
      `update mls_status_transitions set guards = '{required_approvals}' where to_status = 'PUBLISHED' and kind = 'publish'`,
    )
    await act(
      crowd,
      who.admin,
      `update mls_tenants set settings = settings || '{"required_approvals": ["MANAGEMENT"]}' where code = 'CY'`,
    )
    expect(await refusal(rpc(who.broker, 'publish($1)'))).toMatchObject({ guard: 'required_approvals' })
    const { id: approval } = await rpc(who.broker, 'request_approval($1, $2)', [id, 'MANAGEMENT'])
    await rpc(who.manager, 'decide_approval($1, $2)', [approval, 'APPROVED'])
    expect(await rpc(who.broker, 'publish($1)')).toMatchObject({ status: 'PUBLISHED' })
    await act(
      crowd,
      who.admin,
      `update mls_tenants set settings = settings - 'required_approvals' where code = 'CY'`,
    )
  })

  it('takes no guard that does not exist and no setting it does not know', async () => {
    await expect(act(crowd, who.admin, `update mls_status_transitions set guards = '{has_foto}'`))
      .rejects.toMatchObject({ code: '22023', message: 'There is no guard "has_foto".' })
    await expect(
      act(crowd, who.admin, `update mls_tenants set settings = '{"auto_publsh": {}}' where code = 'CY'`),
    )
      .rejects.toMatchObject({ code: '23514' })
  })

  it('goes back with a reason', async () => {
    await rpc(who.broker, 'advance_listing($1)')
    expect(await refusal(rpc(who.manager, 'return_listing($1, $2)', [id, ' ']))).toMatchObject({
      guard: 'reason',
    })
    expect(await rpc(who.manager, 'return_listing($1, $2)', [id, 'Deed is missing'])).toMatchObject({
      status: 'DRAFT',
    })
    expect(
      await one(
        'select reason, changed_by from mls_status_history where listing_id = $1 order by id desc limit 1',
      ),
    )
      .toEqual({ reason: 'Deed is missing', changed_by: who.manager.sub })
  })
})

describe('prices', () => {
  beforeEach(() => rpc(who.broker, 'claim_listing($1)'))

  it('change by RPC, with an approval above the threshold of the market', async () => {
    expect(await rpc(who.broker, 'change_price($1, $2)', [id, 120_000])).toMatchObject({
      list_price: '120000.00',
    })
    await act(
      crowd,
      who.admin,
      `update mls_tenants set settings = settings || '{"price_approval_percent": 10}' where code = 'CY'`,
    )
    expect(await refusal(rpc(who.broker, 'change_price($1, $2)', [id, 90_000]))).toMatchObject({
      guard: 'approved:PRICE_CHANGE',
    })
    const { id: approval } = await rpc(who.broker, 'request_approval($1, $2, $3, $4)', [
      id,
      'PRICE_CHANGE',
      'The owner is in a hurry',
      { price_kind: 'SALE', new_price: 90_000 },
    ])
    expect(await refusal(rpc(who.broker, 'decide_approval($1, $2)', [approval, 'APPROVED']))).toMatchObject({
      guard: 'min_scope:TEAM',
    })
    await rpc(who.manager, 'decide_approval($1, $2, $3)', [approval, 'APPROVED', 'Agreed'])
    await act(
      crowd,
      who.admin,
      `update mls_tenants set settings = settings - 'price_approval_percent' where code = 'CY'`,
    )
    expect(await one('select list_price from mls_listings where id = $1')).toEqual({ list_price: '90000.00' })
    expect(
      await one(
        'select old_price, new_price, approval_id, source, reason from mls_price_history where listing_id = $1 order by id desc limit 1',
      ),
    )
      .toEqual({
        old_price: '120000.00',
        new_price: '90000.00',
        approval_id: approval,
        source: 'USER',
        reason: 'Agreed',
      })
  })

  it('of rent are served under both names', async () => {
    await rpc(who.broker, 'change_price($1, $2, $3)', [id, 1500, 'LEASE'])
    await database.pool.query(`update mls_listings set status = 'PUBLISHED' where id = $1`, [id])
    expect(
      await one(
        'select "LeaseAmount" as amount, "LeasePrice" as price from served_property where record_id = $1',
      ),
    )
      .toEqual({ amount: '150000', price: '150000' })
  })
})

describe('drift', () => {
  it('is decided per field: text of the source comes back as it was sent, what was declined stays quiet', async () => {
    await rpc(who.broker, 'claim_listing($1)')
    await act(
      crowd,
      who.broker,
      `update mls_listings set sea_view = true, city = 'Paphos', bedrooms = 4 where id = $1`,
      [id],
    )
    const fields = async () =>
      (await act(crowd, who.broker, 'select field from mls_listing_drift where listing_id = $1 order by 1', [
        id,
      ]))
        .map(({ field }) => field)
    expect(await fields()).toEqual(['BedroomsTotal', 'City', 'X_SeaView'])
    expect(await rpc(who.broker, 'resolve_drift($1, $2, $3)', [id, ['X_SeaView', 'City'], 'accept_source']))
      .toMatchObject({ sea_view: false, city: 'Limassol', bedrooms: 4 })
    await rpc(who.broker, 'resolve_drift($1, $2, $3)', [id, ['BedroomsTotal'], 'keep_ours'])
    expect(await fields()).toEqual([])
    expect(
      await refusal(rpc(who.broker, 'resolve_drift($1, $2, $3)', [id, ['StandardStatus'], 'accept_source'])),
    )
      .toMatchObject({ guard: 'transition' })
    await expect(rpc(who.user(78), 'resolve_drift($1, $2, $3)', [id, ['City'], 'keep_ours'])).rejects
      .toMatchObject({
        code: '42501',
      })
  })
})

describe('listings of the hub', () => {
  it('get a reference of their own, in a row, also all at once', async () => {
    const made = await Promise.all(
      Array.from(
        { length: 20 },
        () => rpc(who.broker, 'create_listing($1)', [{ city: 'Paphos', list_price: 5, bedrooms: 3 }]),
      ),
    )
    const refs = made.map(({ ref }) => ref as string).sort()
    expect(new Set(refs).size).toBe(20)
    expect(refs[0]).toMatch(/^CY-M\d{6}$/)
    expect(made[0]).toMatchObject({
      status: 'DRAFT',
      origin_system: 'MANUAL',
      broker_id: who.broker.sub,
      city: 'Paphos',
      bedrooms: 3,
    })
    expect(
      await one('select count(*)::int as served from served_property where record_id = $1', [made[0]!.id]),
    ).toEqual({ served: 0 })
  })

  it('take no column that users may not write', async () => {
    for (const column of ['status', 'tenant_id', 'version', 'nonsense', 'broker_id) = (select 1) --']) {
      await expect(rpc(who.broker, 'create_listing($1)', [{ [column]: 'x' }])).rejects.toMatchObject({
        code: '22023',
      })
    }
  })
})

describe('reviews in bulk', () => {
  it('act on each listing for itself, and on none in a dry run', async () => {
    const review = (dry: boolean) =>
      act(
        crowd,
        who.manager,
        `select * from bulk_review('withdraw', listing_ids => $1, reason => 'Not ours', dry_run => $2)`,
        [
          [id, mine],
          dry,
        ],
      )
    const { id: mine } = await rpc(who.broker, 'create_listing($1)', [{}])
    await rpc(who.broker, 'withdraw($1, $2)', [mine, 'A mistake'])
    expect((await review(true)).map(({ outcome }) => outcome)).toEqual(['would_withdraw', 'refused'])
    expect(await one('select status from mls_listings where id = $1')).toEqual({ status: 'INGESTED' })
    const done = await review(false)
    expect(done).toMatchObject([
      { listing_id: id, outcome: 'withdraw', status: 'WITHDRAWN', details: {} },
      { listing_id: mine, outcome: 'refused', status: 'WITHDRAWN', details: { guard: 'transition' } },
    ])
    await expect(act(crowd, who.broker, `select * from bulk_review('withdraw', listing_ids => $1)`, [[id]]))
      .rejects.toMatchObject({ code: '42501' })
  })
})

describe('support', () => {
  it('sees what the database makes of a token', async () => {
    const access = async (claims: Claims) => (await act(crowd, claims, 'select my_access() as a'))[0]!.a
    expect(await access(who.manager)).toMatchObject({
      scope: 'team',
      tenant_code: 'CY',
      problems: [],
      acts_for: expect.arrayContaining([who.broker.sub]),
    })
    const old = { ...who.broker, active_scope: undefined, scope: 'global' }
    expect(await access(old)).toMatchObject({ scope: 'global', sees_whole_tenant: true, problems: [] })
    const newer = { ...old, scope: { id: 'org_admin', name: 'Administrator' } }
    expect(await access(newer)).toMatchObject({ scope: 'org_admin', is_admin: true })
    expect((await access({ role: 'authenticated' })).problems).toHaveLength(4)
  })
})
