import { HubError } from '../../../functions/_shared/http/errors.ts'
import { withHubErrors } from '../../../functions/_shared/odata/hub-errors.ts'
import { modelFor, type Profile } from '../../../functions/_shared/odata/model/model.ts'
import type { Reader } from '../../../functions/_shared/odata/model/reader.ts'
import { type Plan, planCollection } from '../../../functions/_shared/odata/plan/plan.ts'
import { Compiler } from '../../../functions/_shared/odata/sql/compiler.ts'
import { Parameters } from '../../../functions/_shared/odata/sql/statement.ts'
import { parseQueryOptions } from '../../../functions/_shared/odata/syntax/parser.ts'

export interface Client {
  profile?: Profile
  grants?: string[]
  resource?: string
}

export const cyprus: Reader = {
  offices: ['CY'],
  aliases: { CSIR: 'CY' },
  visibility: 'all',
  grants: [],
  claims: '',
}

export function plan(
  options: Record<string, string>,
  { profile = 'gold', grants = [], resource = 'Property' }: Client = {},
): Plan {
  const query = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(
    '&',
  )
  const model = modelFor(profile, grants)
  return planCollection(model, model.entityTypes.get(resource)!, parseQueryOptions(query))
}

/** The SQL of a filter and its parameters, without the names of the table. */
export function compile(filter: string, client?: Client): { sql: string; values: unknown[] } {
  const parameters = new Parameters()
  const bound = plan({ $filter: filter }, client).filter!
  const sql = new Compiler(parameters, cyprus).condition(bound)
  return { sql: sql.replaceAll('t0.', ''), values: parameters.values }
}

/** The refusal of what `work` asks for. */
export function refusalOf(work: () => unknown): { code: string; message: string; target?: string } {
  try {
    withHubErrors(work)
  } catch (error) {
    if (error instanceof HubError) return { code: error.code, message: error.message, target: error.target }
    throw error
  }
  throw new Error('It was not refused.')
}
