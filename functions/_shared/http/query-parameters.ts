import type { z } from 'zod'
import { HubError } from './errors.ts'
import { checkedInput } from './zod-input.ts'

/** Supabase's gateway reads it from the query; it means nothing here. */
export const ofThePlatform = 'forceFunctionRegion'

/**
 * Reads the query by its schema; each parameter may be given once.
 *
 * @throws HubError invalid_parameter (400)
 */
export function readQuery<T>(request: Request, schema: z.ZodType<T>): T {
  const query = new URL(request.url).searchParams
  for (const name of query.keys()) {
    if (query.getAll(name).length > 1) {
      throw new HubError('invalid_parameter', `${name} is given more than once.`, { target: name })
    }
  }
  query.delete(ofThePlatform)
  return checkedInput(schema, Object.fromEntries(query))
}
