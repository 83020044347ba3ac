import type { z } from 'zod'
import { HubError } from './errors.ts'

/**
 * Input by its schema.
 *
 * @throws HubError invalid_parameter (400): the message names every member at fault, `target` the first
 */
export function checkedInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const details = result.error.issues.map(({ path, message }) => ({
    code: 'invalid_parameter',
    message,
    target: path.join('.'),
  }))
  const message = details.map(({ target, message }) => `${target ? `${target}: ` : ''}${message}`).join('; ')
  throw new HubError('invalid_parameter', `${message}.`, {
    target: details[0]!.target,
    ...details.length > 1 && { details },
  })
}
