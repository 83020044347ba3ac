import { HubError } from '../http/errors.ts'

interface DatabaseError {
  code?: unknown
  message: string
  detail?: string
  hint?: string
}

/**
 * What the rules of the workflow refused, as this API says it: the same refusals that the Data API answers.
 *
 * @throws HubError, or the error as it is where it is no refusal
 */
export function rethrowRefusal(error: unknown): never {
  const { code, message, detail, hint } = error as DatabaseError
  const said = hint ? `${sentence(message)} ${hint}` : sentence(message)
  switch (code) {
    case 'PT404':
      throw new HubError('not_found', hint ?? said, { cause: error })
    case 'PT409':
      throw new HubError('conflict', hint ?? said, {
        cause: error,
        members: { reason: message, details: parsed(detail) },
      })
    case '42501':
      throw new HubError('forbidden', said, { cause: error })
    case '23502':
    case '23503':
    case '23514':
      throw new HubError('unprocessable', sentence(message), { cause: error })
    case '23505':
      throw new HubError('conflict', sentence(message), { cause: error })
  }
  // class 22: a value that its column cannot hold; 42703 a name that is no column
  if (typeof code === 'string' && (code.startsWith('22') || code === '42703')) {
    throw new HubError('invalid_parameter', said, { cause: error })
  }
  throw error
}

const sentence = (text: string) => /[.!?]$/.test(text) ? text : `${text}.`

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}
