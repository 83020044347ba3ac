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
  // what is of the wrong length is of the wrong kind, too: two rules, and one thing to say
  const said = new Map(
    result.error.issues.map(({ path, message }) => {
      const target = path.join('.')
      return [
        `${target ? `${target}: ` : ''}${message}`,
        { code: 'invalid_parameter', message, target },
      ]
    }),
  )
  const details = [...said.values()]
  const message = [...said.keys()].join('; ')
  throw new HubError('invalid_parameter', `${message}.`, {
    target: details[0]!.target,
    ...details.length > 1 && { details },
  })
}
