import process from 'node:process'
import pg from 'pg'
import { type MetValues, metValuesSql, standardReport, withMetValues } from './report.ts'
import { reportTable } from './table.ts'

/** What is served of RESO Data Dictionary 2.0, and how and why it differs. Needs nothing but the code; with a database it counts values, too. */
const usage = 'npm run dd-report [-- --json] [--db <postgres url>]'

async function metValues(url: string): Promise<MetValues[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<MetValues>(metValuesSql)).rows
  } finally {
    await client.end()
  }
}

const args = process.argv.slice(2)
const place = args.indexOf('--db')
const url = place < 0 ? undefined : args.splice(place, 2)[1]
if (args.some((option) => option !== '--json') || (place >= 0 && url === undefined)) {
  console.error(usage)
  process.exitCode = 2
} else {
  const report = url === undefined ? standardReport() : withMetValues(standardReport(), await metValues(url))
  console.log(args.includes('--json') ? JSON.stringify(report, null, 2) : reportTable(report))
}
