import type { Buffer } from 'node:buffer'
import { servicePool } from '../../db/pool.ts'

let loaded: Promise<Buffer> | undefined

/** The key that signs skiptokens (mls.skiptoken_key). Kept for the life of the isolate; a failure to read it is not. */
export function skiptokenKey(): Promise<Buffer> {
  loaded ??= loadKey().catch((error) => {
    loaded = undefined
    throw error
  })
  return loaded
}

async function loadKey(): Promise<Buffer> {
  const { rows: [row] } = await servicePool().query<{ key: Buffer }>('select mls.skiptoken_key() as key')
  return row!.key
}
