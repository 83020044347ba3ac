import { beforeEach, expect, it } from 'vitest'
import { database, ingest, listing, photo, useMediaDatabase } from '../support/media-batches.ts'

/** Which files are removed first. */
useMediaDatabase()

beforeEach(() => ingest('property', [listing('QOBRIX_1')]))

const content = (n: number) => n.toString(16).padStart(64, '0')

it('what has to go at once does not wait behind the looks at what was copied yesterday', async () => {
  await ingest('media', Array.from({ length: 30 }, (_, n) => photo(`m${n}`, 'QOBRIX_1')))
  await database.pool.query(
    `with shown as (
       update mls_listing_media m set file_sha256 = lpad(to_hex(n.n), 64, '0')
       from (select id, row_number() over (order by origin_media_key) as n from mls_listing_media) n
       where n.id = m.id returning m.tenant_id, m.file_sha256
     )
     insert into mls_media_files (tenant_id, sha256, bytes, mime_type, remove_after)
     select tenant_id, file_sha256, 1, 'image/jpeg', now() - interval '1 hour' from shown
     union all select tenant_id, $1, 1, 'image/jpeg', now() - interval '1 second' from mls_listings`,
    [content(4095)],
  )
  const take = async () =>
    (await database.pool.query('select sha256 from mls.take_unused_media(20)')).rows.map((row) => row.sha256)
  expect(await take()).toEqual([content(4095)])
  expect(await take()).toEqual([])
  const { rows: [{ due, files }] } = await database.pool.query(
    `select count(*) filter (where remove_after <= now() and status <> 'removing')::int as due, count(*)::int as files from mls_media_files`,
  )
  expect({ due, files }).toEqual({ due: 0, files: 31 })
})
