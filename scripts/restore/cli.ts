import process from 'node:process'
import { parseArgs } from 'node:util'
import { dump } from './dump.ts'
import { dumpFiles, restoreFiles, type StorageAccess } from './files.ts'
import { CannotRestore, restore } from './restore.ts'

const usage = `npm run dump    -- --to FOLDER [--files]
npm run restore -- --from FOLDER [--replace] [--files]
  dump     writes all rows of the hub into a folder, as they are at one moment; it holds personal data and secrets' hashes
  restore  fills a project that has the same migrations and no listing; its jobs rest afterwards
  --files  the files of Storage too; set SUPABASE_URL and SUPABASE_SECRET_KEY (sb_secret_...) of the project
  Set MLS_SERVICE_DB_URL to the database (a session, not the transaction pooler; npm run status prints db_url).
  docs/operations.md, "Recover", says what to do before and after.
  Exit code 0: done, 1: nothing was changed, 2: not understood.`

async function main(args: string[]): Promise<number> {
  const { values, positionals: [action] } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      from: { type: 'string' },
      replace: { type: 'boolean' },
      files: { type: 'boolean' },
    },
  })
  const url = process.env.MLS_SERVICE_DB_URL
  const storage = values.files ? storageAccess() : undefined
  if (values.files && !storage) {
    console.error('--files needs SUPABASE_URL and SUPABASE_SECRET_KEY of the project.')
    return 2
  }
  if (url && action === 'dump' && values.to) {
    const { tables } = await dump(url, values.to)
    console.log(
      `${tables.length} tables, ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows in ${values.to}.`,
    )
    if (storage) console.log(`${await dumpFiles(url, values.to, storage)} files.`)
    return 0
  }
  if (!url || action !== 'restore' || !values.from) {
    console.error(usage)
    return 2
  }
  const { tables, rows, sourcesWithoutCredentials } = await restore(url, values.from, values)
  console.log(`${tables} tables, ${rows} rows. All jobs rest: select mls.resume_jobs() lets them go on.`)
  if (sourcesWithoutCredentials.length > 0) {
    console.log(`Enter the credentials of these sources anew: ${sourcesWithoutCredentials.join(', ')}.`)
  }
  if (storage) console.log(`${await restoreFiles(url, values.from, storage)} files.`)
  return 0
}

function storageAccess(): StorageAccess | undefined {
  const { SUPABASE_URL: url, SUPABASE_SECRET_KEY: key } = process.env
  return url && key ? { url: url.replace(/\/$/, ''), key } : undefined
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof CannotRestore ? error.message : error)
  process.exitCode = 1
}
