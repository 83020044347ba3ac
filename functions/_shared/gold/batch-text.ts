import { HubError } from '../http/errors.ts'
import { findJsonFault } from './json-fault.ts'
import { parseJson } from './json-text.ts'
import { maxRecords } from './limits.ts'

/** The two forms of a body. */
export type BatchForm = 'json' | 'ndjson'

/**
 * Parses the text of a body: one JSON value, or one value a line (blank lines between them count for nothing).
 *
 * @throws HubError invalid_body (400) naming the offset or the line, batch_too_large (413)
 */
export function parseBatchText(text: string, form: BatchForm): unknown {
  return form === 'json' ? parseValue(text) : parseLines(text)
}

function parseValue(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    const { offset, message } = findJsonFault(text)
    const hint = offset > 0 && text.trimStart().startsWith('{') && message.startsWith('expected nothing more')
      ? ' For one record a line send Content-Type application/x-ndjson.'
      : ''
    throw new HubError('invalid_body', `The body is not JSON at offset ${offset}: ${message}.${hint}`, {
      members: { offset },
    })
  }
}

function parseLines(text: string): unknown[] {
  const values: unknown[] = []
  let number = 1
  for (let start = 0; start < text.length; number++) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(start, end)
    if (!isBlank(line)) {
      if (values.length === maxRecords) {
        throw new HubError('batch_too_large', `The batch holds more than ${maxRecords} records.`)
      }
      values.push(parseLine(line, number))
    }
    start = end + 1
  }
  return values
}

function parseLine(line: string, number: number): unknown {
  try {
    return parseJson(line)
  } catch {
    const { offset, message } = findJsonFault(line)
    const hint = number === 1 && /^\s*\[/.test(line)
      ? ' For an array send Content-Type application/json.'
      : ''
    const where = `line ${number}, column ${offset + 1}`
    throw new HubError(
      'invalid_body',
      `The body is not NDJSON at ${where}: ${message}. One record a line.${hint}`,
      {
        members: { line: number, column: offset + 1 },
      },
    )
  }
}

/** A carriage return belongs to the line end; the four blanks are those of JSON. */
function isBlank(line: string): boolean {
  return line === '' || /^[\t\r ]*$/.test(line)
}
