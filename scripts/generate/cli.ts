import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { openFields, sensitiveFields, servedName } from '../../functions/_shared/reso/names.ts'
import { folders } from '../stack/layout.ts'
import { migrationFiles } from '../stack/migrate.ts'
import { withThrowawayDatabase } from '../stack/throwaway.ts'
import { findDrift, findMissingColumns } from './drift.ts'
import { generatedObjects } from './objects.ts'
import { isStamp, servedColumns } from './refresh.ts'

const usage = `npm run generate [-- --check | --print]
  Compares what the dictionary (functions/_shared/reso) asks of the database with what all migrations make of it, and
  writes a new numbered migration where they differ. Shipped migrations never change.
  --check  write nothing, exit 1 when they differ
  --print  print all generated SQL`

/** Columns that the served tables must have. */
function wantedColumns() {
  return resources.flatMap((resource) => {
    const table = `public.${servedName(resource)}`
    const open = servedColumns(openFields(resource).filter((field) => !isStamp(field)))
    const sensitive = servedColumns(sensitiveFields(resource))
    return [
      ...open.map((column) => ({ table, ...column })),
      ...sensitive.map((column) => ({ table: `${table}_sensitive`, ...column })),
    ]
  })
}

async function main(args: string[]): Promise<number> {
  const [option] = args
  if (args.length > 1 || (option !== undefined && !['--check', '--print'].includes(option))) {
    console.error(usage)
    return 2
  }
  const objects = generatedObjects()
  if (option === '--print') {
    console.log(objects.map((object) => object.sql).join('\n\n'))
    return 0
  }
  const { missing, changed } = await withThrowawayDatabase(async (url) => ({
    missing: await findMissingColumns(url, wantedColumns()),
    changed: await findDrift(url, objects),
  }))
  if (missing.length > 0) {
    console.error(
      `The served tables lack what the dictionary names; write a migration by hand:\n  ${
        missing.join('\n  ')
      }`,
    )
    return 1
  }
  if (changed.length === 0) {
    console.log(`Generated SQL is current: ${objects.length} objects.`)
    return 0
  }
  const names = changed.map((object) => object.signature).join(', ')
  if (option === '--check') {
    console.error(
      `Generated SQL is not current: ${names}. Run \`npm run generate\` and commit the new migration.`,
    )
    return 1
  }
  const number = String(migrationFiles(folders.migrations).length + 1).padStart(4, '0')
  const file = join(folders.migrations, `${number}_generated.sql`)
  writeFileSync(
    file,
    `-- Generated from the dictionary by \`npm run generate\`.\n\n${
      changed.map((object) => object.sql).join('\n\n')
    }\n`,
  )
  console.log(`Wrote ${file}: ${names}`)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
