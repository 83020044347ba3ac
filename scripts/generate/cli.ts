import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { folders } from '../stack/layout.ts'
import { migrationFiles } from '../stack/migrate.ts'
import { StackError } from '../stack/stack-error.ts'
import { withThrowawayDatabase } from '../stack/throwaway.ts'
import { dictionaryFaults } from './check-dictionary.ts'
import { GenerateError } from './generate-error.ts'
import { migrationName } from './migration-name.ts'
import { missingColumns } from './missing-columns.ts'
import { generatedObjects } from './objects.ts'
import { type Plan, planMigration } from './plan.ts'

const usage = `npm run generate [-- --check | --print]
  Compares what the dictionary (functions/_shared/reso) asks of the database with what all migrations make of it, and
  writes a new numbered migration where they differ.
  --check  write nothing, exit 1 when they differ
  --print  print all generated SQL`

async function main(args: string[]): Promise<number> {
  const [option] = args
  if (args.length > 1 || (option !== undefined && !['--check', '--print'].includes(option))) {
    console.error(usage)
    return 2
  }
  refuse(dictionaryFaults(resources))
  const objects = generatedObjects()
  if (option === '--print') {
    console.log(objects.map((object) => object.sql).join('\n\n'))
    return 0
  }
  const plan = await withThrowawayDatabase(async (url) => {
    refuse(await missingColumns(url, resources))
    return await planMigration(url, objects)
  })
  if (plan.changed.length === 0) {
    console.log(`Generated SQL is current: ${objects.length} objects.`)
    return 0
  }
  if (option === '--check') {
    console.error(
      `Generated SQL is not current: ${plan.changed.join(', ')}. ` +
        'Run `npm run generate` and commit the new migration.',
    )
    return 1
  }
  write(plan)
  return 0
}

function refuse(faults: string[]): void {
  if (faults.length === 0) return
  throw new GenerateError(['The dictionary cannot be generated yet.', ...faults].join('\n- '))
}

function write({ statements, changed, resources, fields }: Plan): void {
  const name = migrationName(migrationFiles(folders.migrations), resources, fields)
  writeFileSync(
    join(folders.migrations, name),
    `-- Generated from the dictionary by \`npm run generate\`.\n\n${statements.join('\n\n')}\n`,
  )
  console.log(`Wrote migrations/${name}: ${changed.join(', ')}.

Records that exist are rendered anew by the job \`rerender\`, a slice at a time, once the migration is applied; those that
look otherwise then get a new ModificationTimestamp.
Until version 1.0 the file may be folded into the generated file of its subject. What follows from the dictionary as well:
npm run types, npm run reference.`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof GenerateError || error instanceof StackError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
