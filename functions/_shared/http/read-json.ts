import type { z } from 'zod'
import { parseJson } from '../gold/json-text.ts'
import { maxBodyBytes } from '../gold/limits.ts'
import { decodeUtf8, readBytes, requireMediaType } from './body.ts'
import { HubError } from './errors.ts'

/**
 * Reads a JSON body by its schema. No body at all counts as `{}`: finishing a run needs no options.
 *
 * @throws HubError 415, 413, 400 invalid_body, 400 invalid_parameter naming the first member at fault
 */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(request, maxBodyBytes)
  if (bytes.length > 0) requireMediaType(request, ['application/json'])
  return checked(schema, bytes.length === 0 ? {} : parsed(decodeUtf8(bytes)))
}

/** Reads the query by its schema; each parameter may be given once. */
export function readQuery<T>(request: Request, schema: z.ZodType<T>): T {
  const query = new URL(request.url).searchParams
  for (const name of query.keys()) {
    if (query.getAll(name).length > 1) {
      throw new HubError('invalid_parameter', `${name} is given more than once.`, { target: name })
    }
  }
  query.delete('forceFunctionRegion') // Supabase's gateway reads it from the query
  return checked(schema, Object.fromEntries(query))
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    throw new HubError('invalid_body', 'The body is not JSON.')
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const target = issue!.path.join('.')
  throw new HubError('invalid_parameter', `${target ? `${target}: ` : ''}${issue!.message}.`, { target })
}
