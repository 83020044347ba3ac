import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LookupCoverage } from '../../scripts/dd-report/report.ts'
import { denoExecutable } from '../../scripts/stack/processes.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** The report of a database: which values of lookups in it are standard, mean a standard one, or are local. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
}, 120_000)
afterAll(() => database?.drop())

it('counts what stands in the dictionary as standard, with a mapping or without', async () => {
  const values: Record<string, string[]> = {
    StandardStatus: ['Active', 'Active Under Contract', 'ActiveUnderContract', 'Σε εκκρεμότητα'],
    ChangeType: ['New Listing', 'Price Change'],
    Country: ['CY', 'HU', 'cy', 'Кипр'],
    MediaCategory: ['Photo', 'FloorPlan', 'Audio'],
    MediaType: ['image/jpeg', 'jpeg', 'application/pdf', 'application/octet-stream', 'image/'],
    City: ['Limassol', 'Λεμεσός'],
    PropertySubType: ['Apartment', 'standard_apartment', 'ours'],
    PetsAllowed: ['Yes', 'True', 'negotiable'],
  }
  for (const office of ['A', 'B']) {
    await database.pool.query(
      `insert into mls.lookup_values (lookup_name, value, resource, office_key, is_published, stamp)
       select k, v, 'Property', $2, true, 1 from jsonb_each($1) e(k, list), jsonb_array_elements_text(list) v`,
      [JSON.stringify(values), office],
    )
  }
  await database.pool.query(`select mls.map_lookup('PropertySubType', 'ours', 'Apartment', 'B')`)
  const { stdout } = await promisify(execFile)(denoExecutable(), [
    'run',
    '-A',
    'scripts/dd-report/cli.ts',
    '--json',
    '--db',
    database.url,
  ])
  const found = (JSON.parse(stdout).lookups as LookupCoverage[])
    .filter(({ lookup }) => lookup in values)
    .map(({ lookup, met, mapped, local }) => [lookup, met, mapped, local])
  expect(found).toEqual([
    ['ChangeType', 2, 0, 0],
    ['City', 0, 0, 2],
    ['Country', 2, 1, 1],
    ['MediaCategory', 1, 1, 1],
    ['MediaType', 1, 2, 2],
    ['PetsAllowed', 1, 1, 1],
    // one office says what it means by it
    ['PropertySubType', 1, 2, 1],
    ['StandardStatus', 2, 1, 1],
  ])
}, 60_000)
