import { ParseError } from '../../../../functions/_shared/odata/syntax/parser.ts'

/** What a call was refused with. Anything but a ParseError goes on to fail the test. */
export function refusal(parse: () => unknown): ParseError | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

export const reason = (parse: () => unknown) => {
  const error = refusal(parse)
  return error ? [error.code, error.position] : 'accepted'
}
