import process from 'node:process'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { folders } from '../stack/layout.ts'
import { StackError } from '../stack/stack-error.ts'
import { withThrowawayDatabase } from '../stack/throwaway.ts'
import { dictionaryFaults } from './check-dictionary.ts'
import { compareDatabase, refuse } from './compare.ts'
import { GenerateError } from './generate-error.ts'
import { missingColumns } from './missing-columns.ts'
import { generatedObjects } from './objects.ts'
import type { Plan } from './plan.ts'
import { appendMigration, foldMigrations } from './write.ts'

const usage = `npm run generate [-- --check | --fold | --print]
  Compares what the dictionary (functions/_shared/reso) asks of the database with what all migrations make of it, and
  writes a new numbered migration where they differ.
  --check  write nothing, exit 1 when they differ
  --fold   until version 1.0: write the generated file of each subject anew instead, and take appended ones away
  --print  print all generated SQL`

async function main(args: string[]): Promise<number> {
  const [option] = args
  if (args.length > 1 || (option !== undefined && !['--check', '--fold', '--print'].includes(option))) {
    console.error(usage)
    return 2
  }
  switch (option) {
    case '--print':
      refuse(dictionaryFaults(resources))
      console.log(generatedObjects().map((object) => object.sql).join('\n\n'))
      return 0
    case '--check':
      return check(await compare())
    case '--fold':
      return await fold()
    default:
      return append(await compare())
  }
}

/** What the dictionary asks for against what the migrations make of a new database. */
const compare = (): Promise<Plan> => withThrowawayDatabase(compareDatabase)

const current = () => console.log('Generated SQL is current.')

function check({ changed }: Plan): number {
  if (changed.length === 0) {
    current()
    return 0
  }
  console.error(
    `Generated SQL is not current: ${
      changed.join(', ')
    }. Run \`npm run generate\` and commit the new migration.`,
  )
  return 1
}

function append(plan: Plan): number {
  if (plan.changed.length === 0) {
    current()
    return 0
  }
  const name = appendMigration(folders.migrations, plan)
  console.log(`Wrote migrations/${name}: ${plan.changed.join(', ')}.

Records that exist are rendered anew by the job \`rerender\`, a slice at a time, once the migration is applied; those that
look otherwise then get a new ModificationTimestamp.
Until version 1.0 it may be folded into the generated files of its subjects: npm run generate -- --fold.
What follows from the dictionary as well: npm run types, npm run reference.`)
  if (plan.becameSensitive.length > 0) {
    console.log(
      `\nNeeds a grant from now on: ${
        plan.becameSensitive.join(', ')
      }. Whole records show it until they are rendered anew; on a large project run the job at once.`,
    )
  }
  return 0
}

/** What the tables lack, as the cause of SQL that cannot be applied; nothing where that cannot be found out. */
function missingNow(): Promise<string[]> {
  return withThrowawayDatabase((url) => missingColumns(url, resources)).catch(() => [])
}

async function fold(): Promise<number> {
  refuse(dictionaryFaults(resources))
  const undo = foldMigrations(folders.migrations, generatedObjects())
  try {
    const { changed } = await compare()
    if (changed.length > 0) {
      throw new GenerateError(`Folded, these would still differ: ${changed.join(', ')}.`)
    }
  } catch (error) {
    undo()
    refuse(await missingNow())
    throw error
  }
  console.log('The generated file of each subject says what the dictionary says.')
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof GenerateError || error instanceof StackError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
