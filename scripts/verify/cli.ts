import process from 'node:process'
import { closePools, createPool, serviceVariable } from '../../functions/_shared/db/pool.ts'
import { integrityReport } from '../../functions/_shared/integrity/report.ts'
import { verifySource } from '../../functions/_shared/sources/verify-source.ts'
import { integrityTable } from '../../functions/_shared/integrity/table.ts'
import { readOptions, usage } from './options.ts'

/**
 * Compares the hub with the last word of its sources. Exit code 0: no error; 1: errors found; 2: could not be checked.
 * The database is that of MLS_SERVICE_DB_URL or SUPABASE_DB_URL.
 */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (!options) {
    console.error(usage)
    return 2
  }
  const pool = createPool(serviceVariable(), { max: 1, silenceMillis: 600_000 })
  try {
    if (options.source !== undefined) {
      const comparison = await verifySource(pool, options.source)
      console.log(JSON.stringify(comparison, null, options.json ? 2 : 1))
      return comparison.ok ? 0 : 1
    }
    const report = await integrityReport(pool, options.request)
    console.log(options.json ? JSON.stringify(report, null, 2) : integrityTable(report))
    return report.ok ? 0 : 1
  } finally {
    await pool.end()
    await closePools()
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`The hub could not be checked: ${error.message}`)
  return 2
})
