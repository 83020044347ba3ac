import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareDatabase } from '../../scripts/generate/compare.ts'
import { renderPage } from '../../scripts/reference/page.ts'
import { pages, repository } from '../../scripts/stack/layout.ts'
import { readCatalog } from '../../scripts/types/catalog.ts'
import { renderTypes } from '../../scripts/types/render.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** What is generated and committed says what its source says: as `-- --check` of each command, on the template of the run. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

it('the generated SQL is what the dictionary asks for: else `npm run generate`', async () => {
  expect((await compareDatabase(database.url)).changed).toEqual([])
})

it('database.types.ts is what the migrations make: else `npm run types`', async () => {
  const wanted = renderTypes(await readCatalog(database.url)).split('\n')
  expect(readFileSync(join(repository, 'database.types.ts'), 'utf8').split('\n')).toEqual(wanted)
})

it('docs/api.html is made of the dictionary as it is: else `npm run reference`', () => {
  const isCurrent = readFileSync(pages.reference, 'utf8') === renderPage()
  expect(isCurrent).toBe(true)
})
