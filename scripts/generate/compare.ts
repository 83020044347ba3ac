import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { dictionaryFaults } from './check-dictionary.ts'
import { GenerateError } from './generate-error.ts'
import { missingColumns } from './missing-columns.ts'
import { generatedObjects } from './objects.ts'
import { type Plan, planMigration } from './plan.ts'
import { obsoleteTables } from './served-tables.ts'

/**
 * What the dictionary asks for against what a database has, which stays as it is.
 *
 * @param url the database, as its owner
 * @throws GenerateError where the dictionary is amiss, or asks for a column that no table has
 */
export async function compareDatabase(url: string): Promise<Plan> {
  refuse([...dictionaryFaults(resources), ...await missingColumns(url, resources)])
  return await planMigration(url, generatedObjects(), obsoleteTables(resources))
}

/** Throws where there are faults, and names all of them. */
export function refuse(faults: string[]): void {
  if (faults.length === 0) return
  throw new GenerateError(['The dictionary cannot be generated yet.', ...faults].join('\n- '))
}
