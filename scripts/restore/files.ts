import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { databaseAddress } from '../../functions/_shared/db/address.ts'

/** Where a project's Storage is, and a secret key of the project. */
export interface StorageAccess {
  url: string
  key: string
}

/** A file of Storage and where the dump has it. Whose it is says who may take it away again. */
interface Kept {
  bucket: string
  name: string
  owner: string | null
  mimeType: string
  cacheControl: string | null
  file: string
}

const list = 'files.json'

/**
 * Copies the files of the hub's buckets into the folder of a dump. What is there already is not fetched again, so that one that
 * broke off goes on. Files that come meanwhile are in the next dump.
 */
export async function dumpFiles(url: string, folder: string, access: StorageAccess): Promise<number> {
  mkdirSync(join(folder, 'files'), { recursive: true, mode: 0o700 })
  const kept: Kept[] = []
  for (const object of await objectsOf(url)) {
    // names may hold what no file system takes
    const file = join('files', createHash('sha256').update(`${object.bucket}/${object.name}`).digest('hex'))
    if (!existsSync(join(folder, file))) {
      const response = await call(access, 'GET', object)
      if (!response.ok) {
        const text = (await response.text()).slice(0, 200)
        if (!await isThere(url, object)) continue // taken away since
        throw new Error(`Storage answered ${response.status} for ${object.bucket}/${object.name}: ${text}`)
      }
      writeFileSync(join(folder, file), new Uint8Array(await response.arrayBuffer()), { mode: 0o600 })
    }
    kept.push({ ...object, file })
  }
  writeFileSync(join(folder, list), JSON.stringify(kept), { mode: 0o600 })
  return kept.length
}

/** Puts the files of a dump into the buckets of a project, under their names and their owners. May be repeated. */
export async function restoreFiles(url: string, folder: string, access: StorageAccess): Promise<number> {
  const kept = JSON.parse(readFileSync(join(folder, list), 'utf8')) as Kept[]
  for (const object of kept) {
    const response = await call(access, 'POST', object, {
      headers: {
        'Content-Type': object.mimeType,
        'x-upsert': 'true',
        ...object.cacheControl ? { 'Cache-Control': object.cacheControl } : {},
      },
      body: new Uint8Array(readFileSync(join(folder, object.file))),
    })
    const text = await response.text()
    if (!response.ok) {
      throw new Error(
        `Storage answered ${response.status} for ${object.bucket}/${object.name}: ${text.slice(0, 200)}`,
      )
    }
  }
  await withClient(url, (client) =>
    client.query(
      `update storage.objects o set owner_id = k.owner from jsonb_to_recordset($1::jsonb) k (bucket text, name text, owner text)
       where o.bucket_id = k.bucket and o.name = k.name and o.owner_id is distinct from k.owner`,
      [JSON.stringify(kept.map(({ bucket, name, owner }) => ({ bucket, name, owner })))],
    ))
  return kept.length
}

type Named = Omit<Kept, 'file'>

function objectsOf(url: string): Promise<Named[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<Named>(
      `select bucket_id as bucket, name, owner_id as owner, coalesce(metadata ->> 'mimetype', 'application/octet-stream') as "mimeType",
         metadata ->> 'cacheControl' as "cacheControl"
       from storage.objects where bucket_id in ('mls-media', 'mls-documents', 'mls-originals', 'mls-public') order by 1, 2`,
    )
    return rows
  })
}

function isThere(url: string, { bucket, name }: Named): Promise<boolean> {
  return withClient(url, async (client) => {
    const { rowCount } = await client.query(
      'select from storage.objects where bucket_id = $1 and name = $2',
      [
        bucket,
        name,
      ],
    )
    return rowCount === 1
  })
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(databaseAddress('MLS_SERVICE_DB_URL', url))
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function call(
  { url, key }: StorageAccess,
  method: string,
  { bucket, name }: { bucket: string; name: string },
  init: { headers?: Record<string, string>; body?: Uint8Array<ArrayBuffer> } = {},
): Promise<Response> {
  const path = name.split('/').map(encodeURIComponent).join('/')
  return fetch(`${url}/storage/v1/object/${bucket}/${path}`, {
    method,
    headers: { apikey: key, Authorization: `Bearer ${key}`, ...init.headers },
    body: init.body,
  })
}
