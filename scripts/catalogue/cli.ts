import process from 'node:process'
import { folders } from '../stack/layout.ts'
import { applyMigrations } from '../stack/migrate.ts'
import { startThrowaway } from '../stack/throwaway.ts'
import { readCatalogue } from './read.ts'

/**
 * npm run --silent catalogue [-- <folder>]: prints what the migrations of a folder (migrations/) make of an empty
 * database. Compare before and after to prove that migrations which were cut, moved or folded still make the same.
 */
const throwaway = await startThrowaway({ migrated: false })
try {
  await applyMigrations(throwaway.url, process.argv[2] ?? folders.migrations)
  console.log((await readCatalogue(throwaway.url)).join('\n'))
} finally {
  await throwaway.remove()
}
