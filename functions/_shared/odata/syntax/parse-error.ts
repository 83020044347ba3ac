/** Every reason for which a URL can be refused before it meets a model. The door maps all of them to 400. */
export type ParseErrorCode =
  | 'UnexpectedToken'
  | 'UnexpectedEnd'
  | 'InvalidCharacter'
  | 'InvalidEncoding'
  | 'InvalidLiteral'
  | 'InvalidPath'
  | 'InvalidOptionValue'
  | 'UnknownFunction'
  | 'UnknownOption'
  | 'WrongArgumentCount'
  | 'Duplicate'
  | 'LimitExceeded'

/**
 * The one thing this parser throws. `position` counts UTF-16 units from 0 in the decoded text of `target`
 * (a query option such as `$filter`, or `path`); the message repeats token and position for people.
 */
export class ParseError extends Error {
  override readonly name = 'ParseError'
  readonly code: ParseErrorCode
  readonly position: number
  readonly target: string

  constructor(code: ParseErrorCode, message: string, position: number, target: string) {
    super(`${message} (${target}, position ${position})`)
    this.code = code
    this.position = position
    this.target = target
  }
}

/** A piece of the input as it may stand in a message: short, and without control characters. */
export function quote(text: string): string {
  const printable = text.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD')
  return `'${printable.length > 40 ? `${printable.slice(0, 39)}\u2026` : printable}'`
}
