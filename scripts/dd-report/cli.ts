import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { databaseAddress } from '../../functions/_shared/db/address.ts'
import { openCredentials } from '../stack/credentials.ts'
import { addresses } from '../stack/environment.ts'
import { dataFiles } from '../stack/layout.ts'
import { findRunning } from '../stack/running.ts'
import { type MetValue, metValuesSql, standardReport, withMetValues } from './report.ts'
import { reportTable } from './table.ts'

/** What is served of RESO Data Dictionary 2.0, and how and why it differs; with a database, which values of lookups records hold. */
const usage = `npm run dd-report [-- --json] [--db <postgres url> | --data .stack]
  Values of lookups are counted in the database of --db, or in that of the stack that runs on --data.`

interface Options {
  json: boolean
  db?: string
  data: string
}

function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        db: { type: 'string' },
        data: { type: 'string', default: '.stack' },
      },
    })
    return { ...values, data: resolve(process.cwd(), values.data) }
  } catch {
    return undefined
  }
}

/** The database of a stack that runs, if one does. */
async function stackDatabase(data: string): Promise<string | undefined> {
  const running = findRunning(data)
  const { credentials } = dataFiles(data)
  if (!running?.postgresPort || !existsSync(credentials)) return undefined
  return addresses(running.port, running.postgresPort, await openCredentials(credentials, true)).databaseUrl
}

async function metValues(url: string): Promise<MetValue[]> {
  const client = new pg.Client(databaseAddress('--db', url))
  await client.connect()
  try {
    return (await client.query<MetValue>(metValuesSql)).rows
  } finally {
    await client.end()
  }
}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (!options) {
    console.error(usage)
    return 2
  }
  const url = options.db ?? await stackDatabase(options.data)
  const report = url === undefined ? standardReport() : withMetValues(standardReport(), await metValues(url))
  console.log(options.json ? JSON.stringify(report, null, 2) : reportTable(report))
  return 0
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`Values could not be counted: ${error.message}`)
  return 1
})
