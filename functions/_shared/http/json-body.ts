import type { z } from 'zod'
import { decodeUtf8, readBytes, requireMediaType } from './body.ts'
import { HubError } from './errors.ts'
import { checkedInput } from './zod-input.ts'

export interface JsonBodyOptions {
  /** Most bytes accepted, counted after decompression. */
  maxBytes: number
  /** Takes a body whatever its Content-Type says. */
  anyType?: true
  /** JSON.parse unless another is given; throws for what is no JSON. */
  parse?: (text: string) => unknown
}

/**
 * Reads a JSON body by its schema. No body at all counts as `{}`: not every request has something to say.
 *
 * @throws HubError 415, 413, 400 invalid_body, 400 invalid_parameter naming the members at fault
 */
export async function readJsonBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  { maxBytes, anyType, parse = JSON.parse }: JsonBodyOptions,
): Promise<T> {
  const bytes = await readBytes(request, maxBytes)
  if (bytes.length === 0) return checkedInput(schema, {})
  if (!anyType) requireMediaType(request, ['application/json'])
  return checkedInput(schema, parsed(decodeUtf8(bytes), parse))
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text)
  } catch {
    throw new HubError('invalid_body', 'The body is not JSON.')
  }
}
