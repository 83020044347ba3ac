import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { repository } from '../stack/layout.ts'
import { withThrowawayDatabase } from '../stack/throwaway.ts'
import { readCatalog } from './catalog.ts'
import { renderTypes } from './render.ts'

/**
 * npm run types [-- --check]: writes database.types.ts from what all migrations make of an empty database. The
 * platform's own generator wants Docker; this one asks the catalogue, and leaves out what users may not reach.
 */
const file = join(repository, 'database.types.ts')
const wanted = renderTypes(await withThrowawayDatabase(readCatalog))

if (process.argv[2] !== '--check') {
  writeFileSync(file, wanted)
  console.log(`Wrote ${file}`)
} else if (readFileSync(file, 'utf8') === wanted) {
  console.log('database.types.ts is current.')
} else {
  console.error('database.types.ts is not current. Run `npm run types` and commit it.')
  process.exitCode = 1
}
