import type { z } from 'zod'
import { parseJson } from '../_shared/gold/json-text.ts'
import { maxBodyBytes } from '../_shared/gold/limits.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'

/** Reads a JSON body by its schema, with all digits of its numbers and as large as a batch may be. */
export function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  return readJsonBody(request, schema, { maxBytes: maxBodyBytes, parse: parseJson })
}
