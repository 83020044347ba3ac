import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/**
 * Queues in which thousands wait for a later hour, as after an outage: whoever asks what is due now, each minute and from
 * each worker, does not read them all to learn that it is nothing. The condition on the time has to be one of the index,
 * which it is not if it names clock_timestamp() itself: that may change from row to row.
 */
let database: TestDatabase

const waiting = 5_000
const bound = waiting / 10

/** Rows without those that they belong to: neither triggers nor foreign keys look at them. */
const filling = `
  set session_replication_role = replica;
  insert into mls.media_lanes (lane) values ('photos.example'), ('idle.example');
  insert into public.mls_media_jobs (kind, tenant_id, media_id, address, lane, next_attempt_at)
  select 'copy', t.id, gen_random_uuid(), 'https://photos.example/' || n, 'photos.example', now() + interval '1 hour'
  from generate_series(1, ${waiting}) n, mls_tenants t where t.code = 'CY';
  insert into public.mls_media_jobs (kind, tenant_id, sha256, lane, next_attempt_at)
  select 'variants', t.id, md5(n::text) || md5(n::text), 'variants', now() + interval '1 hour'
  from generate_series(1, ${waiting}) n, mls_tenants t where t.code = 'CY';
  insert into public.mls_media_files (tenant_id, sha256, bytes, mime_type, remove_after)
  select t.id, md5(n::text) || md5(n::text), 1, 'image/png', now() + interval '1 day'
  from generate_series(1, ${waiting}) n, mls_tenants t where t.code = 'CY';
  insert into public.mls_listing_syndications (tenant_id, listing_id, portal_id, status, desired_version, next_attempt_at)
  select p.tenant_id, gen_random_uuid(), p.id, 'ACTIVE', 1, now() + interval '1 hour'
  from (select distinct on (mls.worked_by(d.channel_type)) d.* from mls_portal_definitions d
    join mls_tenants t on t.id = d.tenant_id and t.code = 'CY'
    where mls.worked_by(d.channel_type) in ('deliveries', 'feeds')) p, generate_series(1, ${waiting});
  update public.mls_portal_definitions set is_active = true, phase = 'ROUND_TRIP';
  insert into public.mls_webhook_subscriptions (id, client_id, url, resource, secret)
  values ('5b000000-0000-4000-8000-000000000001', gen_random_uuid(), 'https://receiver.example', 'Property', 'x');
  insert into public.mls_webhook_messages (subscription_id, body, next_attempt_at)
  select '5b000000-0000-4000-8000-000000000001', '{}', now() + interval '1 hour' from generate_series(1, ${waiting});
  insert into public.mls_search_mails (tenant_id, user_id, keys, since, next_attempt_at)
  select t.id, gen_random_uuid(), '{}', now(), now() + interval '1 hour'
  from generate_series(1, ${waiting}) n, mls_tenants t where t.code = 'CY';
  insert into mls.wanted_addresses (media_id, office_key, due_at)
  select gen_random_uuid(), 'SHARPSIR-CY-001', now() + interval '1 hour' from generate_series(1, ${waiting});`

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  const superuser = new pg.Client(database.superuserUrl)
  await superuser.connect()
  await superuser.query(filling)
  await superuser.end()
  await database.pool.query('vacuum analyze')
})
afterAll(() => database?.drop())

/** Rows and index entries of a table that a statement has read, whatever came of them. */
async function readBy(client: pg.PoolClient, statement: string, table: string): Promise<number> {
  const { rows: [counted] } = await client.query<{ read: number }>(
    `select (pg_stat_get_xact_tuples_returned(c.oid)
       + (select sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) from pg_index i where i.indrelid = c.oid))::integer as read
     from pg_class c where c.oid = $1::regclass`,
    [table],
  )
  if (statement === '') return counted!.read
  await client.query(statement)
  return await readBy(client, '', table) - counted!.read
}

const questions: [what: string, statement: string, table: string][] = [
  ['copies of pictures', `select mls.lease_media_copies(24, 60)`, 'public.mls_media_jobs'],
  ['sizes of pictures', `select mls.lease_media_variants(24, 60)`, 'public.mls_media_jobs'],
  ['files to remove', `select * from mls.take_unused_media()`, 'public.mls_media_files'],
  ['fresh addresses', `select mls.queue_wanted_addresses('{RESO}')`, 'mls.wanted_addresses'],
  ['deliveries', `select mls.claim_deliveries('deliveries', 50, 60)`, 'public.mls_listing_syndications'],
  ['feeds', `select mls.claim_deliveries('feeds', 50, 60)`, 'public.mls_listing_syndications'],
  ['exhausted deliveries', `select mls.park_exhausted()`, 'public.mls_listing_syndications'],
  ['webhooks', `select mls.claim_webhooks(50, 60)`, 'public.mls_webhook_messages'],
  ['old messages', `select mls.run_retention()`, 'public.mls_webhook_messages'],
  ['mails of searches', `select mls.claim_search_mails(50, 60)`, 'public.mls_search_mails'],
]

it.each(questions)('%s: nothing is due, and what waits is not read', async (_what, statement, table) => {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    expect(await readBy(client, statement, table)).toBeLessThan(bound)
  } finally {
    await client.query('rollback')
    client.release()
  }
})

it('counts what is read: a question without the index reads all that waits', async () => {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    const question =
      `select 1 from public.mls_media_jobs j where j.kind = 'copy' and j.lane = 'photos.example'
      and j.next_attempt_at <= clock_timestamp() order by j.next_attempt_at limit 24`
    expect(await readBy(client, question, 'public.mls_media_jobs')).toBeGreaterThanOrEqual(waiting)
  } finally {
    await client.query('rollback')
    client.release()
  }
})
