import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { databaseAddress } from '../../functions/_shared/db/address.ts'
import { copyOut } from './copy.ts'
import { type Manifest, sequencesOf, tablesOf } from './tables.ts'

/**
 * Writes all rows of the hub into a folder as they are at one moment, while it goes on: a file for each table in the text
 * format of COPY, and manifest.json. The folder must not exist, or be empty.
 */
export async function dump(url: string, folder: string): Promise<Manifest> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const client = new pg.Client(databaseAddress('MLS_SERVICE_DB_URL', url))
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set local search_path = ''`)
    const manifest: Manifest = { madeAt: new Date().toISOString(), tables: [], sequences: [] }
    for (const { name, columns } of await tablesOf(client)) {
      const file = `${name.replaceAll('"', '')}.copy`
      // somebody's dump that is there already is not written over
      const target = openSync(join(folder, file), 'wx', 0o600)
      let rows = 0
      try {
        // each message of the protocol is a row
        await copyOut(client, `copy ${name} (${columns.join(', ')}) to stdout`, (chunk) => {
          rows++
          writeSync(target, chunk)
        })
      } finally {
        closeSync(target)
      }
      manifest.tables.push({ name, columns, rows, file })
    }
    // sequences are not part of a snapshot: read last, they stand behind every row
    manifest.sequences = await sequencesOf(client)
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2), { mode: 0o600 })
    return manifest
  } finally {
    await client.end()
  }
}
