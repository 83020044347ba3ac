import { isCleanText } from './lexer.ts'
import { ParseError, quote } from './parse-error.ts'

/** Decodes a piece of a URL; `position` and `target` say where it stands. */
export function decodeText(raw: string, position: number, target: string): string {
  const fail = (message: string): never => {
    throw new ParseError('InvalidEncoding', message, position, target)
  }
  let text: string
  try {
    text = decodeURIComponent(raw)
  } catch {
    return fail(`${quote(raw)} is not percent-encoded UTF-8 text`)
  }
  return isCleanText(text) ? text : fail(`${quote(raw)} holds a character that is not allowed: %00`)
}
