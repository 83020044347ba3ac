import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dump } from '../../scripts/restore/dump.ts'
import { dumpFiles, restoreFiles } from '../../scripts/restore/files.ts'
import { restore } from '../../scripts/restore/restore.ts'
import { type Hub, startHub } from '../support/hub.ts'

/**
 * The files of a hub, dumped and brought back after they were lost: they are there, and whose they were. With MLS_TEST_LONG=1
 * they are brought into another project, with all rows.
 */
let origin: Hub
let copy: Hub
const work = mkdtempSync(join(tmpdir(), 'mls-files-'))
const folder = join(work, 'dump')

beforeAll(async () => {
  origin = await startHub({ rest: true })
  copy = process.env.MLS_TEST_LONG ? await startHub({ rest: true }) : origin
})
afterAll(async () => {
  rmSync(work, { recursive: true, force: true })
  if (copy !== origin) await copy?.stop()
  await origin?.stop()
})

const app = (hub: Hub, who = 'broker_cy') =>
  createClient(hub.apiUrl, hub.publishableKey, {
    accessToken: () => Promise.resolve(hub.users[who]!.access_token),
  })
const objects = async (hub: Hub) =>
  (await hub.pool.query(
    `select bucket_id, name, owner_id, metadata ->> 'mimetype' as type, metadata ->> 'size' as size from storage.objects order by 1, 2`,
  )).rows
const storageOf = (hub: Hub) => ({ url: hub.apiUrl, key: hub.secretKey })

it('a dump takes files along: they are read, signed and taken away in the copy as before', async () => {
  const { data: listing } = await app(origin).rpc('create_listing', { listing: { name: 'Villa' } })
  const path = `${listing.id}/view & sea, @ 1+1=2; $5: (1).jpg`
  const bytes = new Uint8Array([255, 216, 255, 224, 0, 16, ...Array(500).fill(7)])
  const file = new Blob([bytes], { type: 'image/jpeg' })
  expect((await app(origin).storage.from('mls-media').upload(path, file)).error).toBeNull()
  const published = createClient(origin.apiUrl, origin.secretKey).storage.from('mls-public')
  expect((await published.upload(`${crypto.randomUUID()}/x.jpg`, file, { cacheControl: '31536000' })).error)
    .toBeNull()

  await dump(origin.dbUrl, folder)
  expect(await dumpFiles(origin.dbUrl, folder, storageOf(origin))).toBe(2)
  expect(await dumpFiles(origin.dbUrl, folder, storageOf(origin))).toBe(2)
  const before = await objects(origin)
  if (copy === origin) await origin.pool.query('delete from storage.objects')
  else await restore(copy.dbUrl, folder, { replace: true })
  expect(await restoreFiles(copy.dbUrl, folder, storageOf(copy))).toBe(2)
  expect(await restoreFiles(copy.dbUrl, folder, storageOf(copy))).toBe(2)

  expect(await objects(copy)).toEqual(before)

  const bucket = app(copy).storage.from('mls-media')
  const { data: signed } = await bucket.createSignedUrl(path, 60)
  const { data: many } = await bucket.createSignedUrls([path], 60)
  expect((await fetch(many![0]!.signedUrl!)).status).toBe(200)
  const response = await fetch(signed!.signedUrl)
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'image/jpeg'])
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  expect((await app(copy, 'broker_hu').storage.from('mls-media').download(path)).error).not.toBeNull()
  // the broker has no right to delete but of what is the broker's own
  expect((await bucket.remove([path])).data).toHaveLength(1)
})

it('a file that Storage does not give, and that was not taken away, stops the dump', async () => {
  const name = `${crypto.randomUUID()}/lost.jpg`
  await origin.pool.query(
    `insert into storage.objects (bucket_id, name, metadata) values ('mls-public', $1, '{"mimetype": "image/jpeg"}')`,
    [name],
  )
  await expect(dumpFiles(origin.dbUrl, join(work, 'second'), storageOf(origin))).rejects.toThrow(name)
  await origin.pool.query('delete from storage.objects where name = $1', [name])
})
