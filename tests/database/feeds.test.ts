import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findFeed } from '../../functions/_shared/delivery/feeds/find-feed.ts'
import { feedFormat, formats } from '../../functions/_shared/delivery/feeds/formats.ts'
import { type FeedRun, runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { streamFeed } from '../../functions/_shared/delivery/feeds/stream-feed.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { parseFeed } from '../support/homesoverseas-schema.ts'
import { kyeroProperties } from '../support/kyero-schema.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { textAt } from '../support/xml-schema.ts'
import { yandexOffers } from '../support/yandex-realty-schema.ts'

/** A small market in every feed. */
const amount = 12
let database: TestDatabase
let ids: string[]

beforeAll(async () => {
  database = await createDatabase()
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_offices set phone = '+357 26 000000' where office_key = 'SHARPSIR-CY-001'`)
  ids = await publishListings(database.pool, amount, 'QOBRIX_F')
  await query(`insert into public.mls_listing_syndications (listing_id, portal_id)
    select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id
    where p.channel_type = 'FEED' on conflict do nothing`)
  await run()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const run = (): Promise<FeedRun> => runFeeds(database.pool)
async function file(name: string): Promise<string> {
  const feed = (await findFeed(database.pool, name))!
  return await new Response(
    streamFeed(database.pool, feed.snapshot!, feedFormat(feed.snapshot!.format)!, 'file'),
  )
    .text()
}
const configure = (portal: string, config: object) =>
  query(`update public.mls_portal_definitions set config = config || $2 where code = $1`, [
    portal,
    JSON.stringify(config),
  ])
const explain = async (id: string, portal: string) =>
  (await query('select public.explain_syndication($1, $2) as why', [id, portal]))[0].why
const update = (id: string, change: string) =>
  query(`update public.mls_listings set ${change} where id = $1`, [id])
const offer = async (id: string) => {
  const [{ origin_key }] = await query('select origin_key from public.mls_listings where id = $1', [id])
  return yandexOffers(await file('yandex-cy.xml')).find(({ attributes }) =>
    attributes['internal-id'] === origin_key
  )
}

test('the newest build is served, the tenth like the ninth', async () => {
  for (let price = 1; price <= 12; price++) {
    await update(ids[11]!, `list_price = ${price}`)
    await run()
    expect(textAt((await offer(ids[11]!))!, 'price/value')).toBe(String(price))
  }
})

describe('the time of the last change', () => {
  const stamp = async () => textAt((await offer(ids[0]!))!, 'last-update-date')!
  test('moves with the listing, its texts and its photos, with those taken away too, and with nothing else', async () => {
    const changes = [
      `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_media_key, media_url)
        select tenant_id, id, origin_key, 'SHARPSIR-CY-001', 'X', 'X', 'https://photos.example/x.jpg' from public.mls_listings where id = $1`,
      `update public.mls_listing_media set media_url = 'https://photos.example/y.jpg' where listing_id = $1 and media_key = 'X'`,
      `delete from public.mls_listing_media where listing_id = $1 and media_key = 'X'`,
      `insert into public.mls_listing_remarks (tenant_id, listing_id, language, remark_type, remark)
        select tenant_id, id, 'ru', 'PUBLIC', 'Дом' from public.mls_listings where id = $1`,
      `update public.mls_listings set bedrooms = 9 where id = $1`,
    ]
    for (const change of changes) {
      // as if it were long ago: the format counts seconds
      await query(
        `update public.mls_listing_syndications set desired_at = '2020-01-01', desired_version = desired_version + 1, next_attempt_at = now()
         where listing_id = $1`,
        [ids[0]],
      )
      await run()
      expect(await stamp()).toBe('2020-01-01T00:00:00+00:00')
      await query(change, [ids[0]])
      await run()
      expect(await stamp() > '2020-01-02', change).toBe(true)
    }
    const before = await stamp()
    await update(ids[1]!, 'bedrooms = 9')
    await run()
    expect(await stamp()).toBe(before)
  })
})

describe('whom to call', () => {
  test('the agent of the source, the broker who has claimed, the office; a new number is told at once', async () => {
    const phone = async (id = ids[2]!) => textAt((await offer(id))!, 'sales-agent/phone')
    expect(await phone()).toBe('+35726000000')
    await query(
      `insert into public.mls_members (tenant_id, origin_member_key, originating_office_key, full_name, preferred_phone, user_id)
      select id, 'QOBRIX_AGENT_1', 'SHARPSIR-CY-001', 'Agent One', '+357 99 000001', null from public.mls_tenants where code = 'CY'
      union all
      select id, 'QOBRIX_AGENT_2', 'SHARPSIR-CY-001', 'Broker Two', '+357 99 000002', 'b0000000-0000-4000-8000-000000000002'::uuid from public.mls_tenants where code = 'CY'
      union all
      select id, 'DASH_AGENT_3', 'SHARPSIR-HU-001', 'Not Ours', '+36 1 000000', null from public.mls_tenants where code = 'HU'`,
    )
    await update(ids[2]!, `list_agent_key = 'QOBRIX_AGENT_1'`)
    await update(
      ids[3]!,
      `list_agent_key = 'QOBRIX_AGENT_1', broker_id = 'b0000000-0000-4000-8000-000000000002'`,
    )
    await update(ids[4]!, `list_agent_key = 'DASH_AGENT_3'`)
    await run()
    expect(await phone()).toBe('+35799000001')
    expect(await phone(ids[3])).toBe('+35799000002')
    expect(await phone(ids[4])).toBe('+35726000000')

    await query(
      `update public.mls_members set preferred_phone = '+357 99 000009' where origin_member_key = 'QOBRIX_AGENT_1'`,
    )
    const [{ objects }] = await query(
      `select count(*)::integer as objects from public.mls_listing_syndications s
      join public.mls_portal_definitions p on p.id = s.portal_id and p.channel_type = 'FEED' where s.listing_id = any ($1)`,
      [[ids[2], ids[3]]],
    )
    expect((await run()).rendered).toBe(objects)
    expect(await phone()).toBe('+35799000009')
    await query(`update public.mls_members set mls_id = 'x' where origin_member_key = 'QOBRIX_AGENT_1'`)
    expect((await run()).rendered).toBe(0)
  })
})

describe('what cannot be shown', () => {
  const row = async (id: string) =>
    (await query(
      `select s.status, s.last_error_code, s.last_error from public.mls_listing_syndications s
      join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'YANDEX_REALTY' where s.listing_id = $1`,
      [id],
    ))[0]

  test('leaves the feed, is parked with the reason, and comes back when it is mended', async () => {
    await update(ids[5]!, 'is_price_upon_request = true')
    await run()
    expect(await offer(ids[5]!)).toBeUndefined()
    expect(await row(ids[5]!)).toEqual({
      status: 'FAILED',
      last_error_code: 'refused',
      last_error: 'Yandex.Realty takes no listing without a price.',
    })
    expect(await explain(ids[5]!, 'YANDEX_REALTY')).toMatchObject({
      shown: false,
      reasons: [{ code: 'refused' }],
    })
    expect(
      parseFeed(await file('homesoverseas.xml')).find(({ ref }) => ref === 'QOBRIX_F6'),
    )
      .toMatchObject({ price: { sale: '0' } })
    await update(ids[5]!, 'is_price_upon_request = false')
    await run()
    expect(await offer(ids[5]!)).toBeDefined()
    expect(await row(ids[5]!)).toMatchObject({ status: 'ACTIVE', last_error: null })
  })

  test('an unknown format parks and says which there are; the served file stays', async () => {
    const [{ config }] = await query(
      `select config from public.mls_portal_definitions p join public.mls_tenants t on t.id = p.tenant_id
      where p.code = 'KYERO' and t.code = 'CY'`,
    )
    await query(
      `update public.mls_portal_definitions set config = config || '{"format": "kyero-v4"}' where code = 'KYERO'`,
    )
    await run()
    const [{ last_error }] = await query(`select distinct s.last_error from public.mls_listing_syndications s
      join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'KYERO'`)
    expect(last_error).toBe(
      `The portal CY/KYERO has no known feed format: set "format" in its config to one of ${
        Object.keys(formats).join(', ')
      }.`,
    )
    await configure('KYERO', config)
    expect((await run()).builds['CY/KYERO']).toMatchObject({ objects: amount })
    expect(kyeroProperties(await file('kyero-cy.xml'))).toHaveLength(amount)
  })

  test('a portal that changes its format is served the old file until the new one is whole', async () => {
    const builds = async (limit: number) => (await runFeeds(database.pool, { limit })).builds['CY/KYERO']
    await configure('KYERO', { format: 'yandex-realty', page_url: 'https://example.com/{ref}' })
    await query(
      `update public.mls_listing_syndications set next_attempt_at = now() + interval '1 hour'
      where listing_id = $1 and portal_id = (select id from public.mls_portal_definitions where code = 'KYERO')`,
      [ids[0]],
    )
    expect(await builds(1_500)).toEqual({ status: 'waiting' })
    expect(kyeroProperties(await file('kyero-cy.xml'))).toHaveLength(amount)
    await query(
      'update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at > now()',
    )
    expect(await builds(1_500)).toMatchObject({ status: 'built', objects: amount })
    expect(yandexOffers(await file('kyero-cy.xml'))).toHaveLength(amount)
    await configure('KYERO', { format: 'kyero-v3' })
    await run()
  })

  test('a feed that fails keeps nobody else from being built, and is told of', async () => {
    await query(`create function mls.trial() returns trigger language plpgsql as
      $$ begin if new.portal_id = (select id from public.mls_portal_definitions where code = 'KYERO') then raise 'trial'; end if; return new; end $$`)
    await query(
      'create trigger trial before insert on public.mls_feed_snapshots for each row execute function mls.trial()',
    )
    await update(ids[6]!, 'bedrooms = 8')
    const result = await run()
    expect(result.builds).toMatchObject({
      'CY/KYERO': { status: 'failed', message: 'trial' },
      'CY/YANDEX_REALTY': { status: 'built' },
    })
    expect(result.refused).toBe('CY/KYERO')
    await query('drop trigger trial on public.mls_feed_snapshots')
  })
})

test('a file that is no longer there while it is read ends with a fault, not in good order', async () => {
  const feed = (await findFeed(database.pool, 'kyero-cy.xml'))!
  const file = () =>
    streamFeed(database.pool, feed.snapshot!, feedFormat(feed.snapshot!.format)!, 'file').getReader()
  const [whole, cut] = [file(), file()]
  await cut.read() // what stands before the objects
  const pieces: string[] = []
  for (let piece = await whole.read(); !piece.done; piece = await whole.read()) {
    pieces.push(new TextDecoder().decode(piece.value))
  }
  expect(pieces.join('')).toMatch(/<\/root>\s*$/)

  await query('delete from public.mls_feed_snapshots where id = $1', [feed.snapshot!.id])
  await expect((async () => {
    while (!(await cut.read()).done);
  })()).rejects.toThrow(/no snapshot/)
})

test('a snapshot stays for a quarter of an hour after another took its place', async () => {
  const kept = async () =>
    (await query(`select s.id from public.mls_feed_snapshots s
      join public.mls_portal_definitions p on p.id = s.portal_id where p.code = 'KYERO' order by s.id`))
      .map(({ id }) => id as string)
  const build = async (times: number) => {
    for (let n = 0; n < times; n++) {
      await query(`update public.mls_listings set list_price = list_price + 1 where id = $1`, [ids[0]])
      await run()
    }
  }
  await build(5)
  const before = await kept()
  await query(`update public.mls_feed_snapshots set built_at = built_at - interval '1 hour'`)
  await build(4)
  // the newest of an hour ago was fetched until a moment ago; those before it nobody can be reading any more
  expect(await kept()).toEqual([before.at(-1), ...(await kept()).slice(-4)])
  await query(`update public.mls_feed_snapshots set built_at = built_at - interval '16 minutes'`)
  await run()
  expect(await kept()).toHaveLength(3)
})
