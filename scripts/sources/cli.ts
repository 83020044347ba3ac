import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { closePools, createPool, serviceVariable } from '../../functions/_shared/db/pool.ts'
import { forecastSource } from '../../functions/_shared/sources/forecast-source.ts'
import { giveBack, takeOver } from '../../functions/_shared/sources/take-over.ts'
import { repository } from '../stack/layout.ts'
import { mappedFields } from './mapped-fields.ts'

const usage = `npm run sources -- forecast  --source ID-OR-CODE [--mapping-version N]
npm run sources -- take-over --source ID-OR-CODE --yes [--force]
npm run sources -- give-back --source ID-OR-CODE
npm run sources -- mapped-fields
  forecast   what a FULL would change, and why; writes nothing
  take-over  the source takes its market over from the job that delivered it until now, and reads it whole
  give-back  the source stops; the job may deliver again
  mapped-fields  writes docs/sources-mapped.md from the mappings
  Set MLS_SERVICE_DB_URL (npm run status prints db_url). docs/sources.md, "Moving over", says what to do before and after.
  Exit code 0: done, 1: the run did not finish, 2: nothing was done.`

/** Moves a market between a job that sends batches and a source of the hub. */
async function main(args: string[]): Promise<number> {
  const { values, positionals: [action] } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      source: { type: 'string' },
      'mapping-version': { type: 'string' },
      yes: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
    },
  })
  if (action === 'mapped-fields') {
    writeFileSync(join(repository, 'docs/sources-mapped.md'), mappedFields())
    return 0
  }
  const version = values['mapping-version']
  if (
    !values.source || !['forecast', 'take-over', 'give-back'].includes(action ?? '') ||
    (version && !/^[1-9]\d{0,5}$/.test(version))
  ) {
    console.error(usage)
    return 2
  }
  if (action === 'take-over' && !values.yes) {
    console.error('Read `forecast` first; then say --yes: the source begins to deliver the market.')
    return 2
  }
  const pool = createPool(serviceVariable(), { max: 2, silenceMillis: 600_000 })
  try {
    const result = action === 'forecast'
      ? await forecastSource(pool, values.source, { ...(version && { mapping_version: Number(version) }) })
      : action === 'take-over'
      ? await takeOver(pool, values.source, { force: values.force })
      : await giveBack(pool, values.source)
    console.log(JSON.stringify(result, null, 2))
    return 'run' in result && result.run.status !== 'finished' ? 1 : 0
  } finally {
    await pool.end()
    await closePools()
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  return 2
})
