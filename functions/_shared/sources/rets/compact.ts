import { SourceFailure } from '../failure.ts'

/** An answer of a RETS server: its code, and what stands in it. */
export interface RetsReply {
  code: number
  text: string
  body: string
}

export type CompactRow = Record<string, string | null>

export interface CompactTable {
  columns: string[]
  rows: CompactRow[]
  count?: number
  /** The server says that there was more than it gives. */
  isCapped: boolean
  /** Rows that do not fit their columns, by number. */
  misfits: number[]
}

/** Text of an answer: as it says itself, else UTF-8 where it can be, else Latin-1. */
export function decodeAnswer(bytes: Uint8Array, contentType: string | null): string {
  const head = String.fromCharCode(...bytes.subarray(0, 200))
  const named = /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1] ??
    /<\?xml[^>]*encoding=["']([\w-]+)/i.exec(head)?.[1]
  for (const encoding of [named, 'utf-8']) {
    if (encoding === undefined) continue
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // not what it claims to be, or a name that nobody knows
    }
  }
  return new TextDecoder('windows-1252').decode(bytes)
}

/**
 * Reads the frame of an answer. A failure may come after rows, as RETS-STATUS at the end; what does not end was cut off.
 *
 * @throws SourceFailure invalid_answer
 */
export function readReply(text: string): RetsReply {
  const open = /<RETS\b([^>]*?)(\/?)>/i.exec(text)
  if (!open) throw new SourceFailure('invalid_answer', 'retry', 'The answer is no answer of a RETS server.')
  const first = codeOf(open[1]!)
  if (open[2] === '/') return { ...first, body: '' }
  const end = text.lastIndexOf('</RETS>')
  if (end === -1) {
    throw new SourceFailure('invalid_answer', 'retry', 'The answer of the RETS server was cut off.')
  }
  const body = text.slice(open.index + open[0].length, end)
  const status = /<RETS-STATUS\b([^>]*?)\/?>/i.exec(body.slice(-2_000))
  const last = status ? codeOf(status[1]!) : undefined
  return { ...(last && last.code !== 0 ? last : first), body }
}

function codeOf(attributes: string): { code: number; text: string } {
  const value = (name: string) => new RegExp(`${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes)
  const code = value('ReplyCode')
  const text = value('ReplyText')
  return { code: Number(code?.[1] ?? code?.[2] ?? NaN), text: unescapeXml(text?.[1] ?? text?.[2] ?? '') }
}

/** Lines `Key = value` of a login; 1.8 puts what is no address into `Info=name;type;value`. */
export function readPairs(body: string): Map<string, string> {
  const inner = /<RETS-RESPONSE>([\s\S]*?)<\/RETS-RESPONSE>/i.exec(body)?.[1] ?? body
  const pairs = new Map<string, string>()
  for (const line of inner.split(/\r?\n/)) {
    const at = line.indexOf('=')
    if (at === -1) continue
    const [name, value] = [line.slice(0, at).trim(), unescapeXml(line.slice(at + 1).trim())]
    const [field, , ...rest] = value.split(';')
    if (name.toLowerCase() === 'info' && rest.length > 0) pairs.set(field!.toLowerCase(), rest.join(';'))
    else pairs.set(name.toLowerCase(), value)
  }
  return pairs
}

/**
 * Reads a table in COMPACT or COMPACT-DECODED, element by element: a value may hold a line break. Servers differ in
 * whether a row begins and ends with the delimiter; the row of columns says which habit this one has.
 */
export function readTable(body: string): CompactTable {
  const delimiter = delimiterOf(body)
  const heads = [...elements(body, 'COLUMNS', 1)][0]
  const counted = /<COUNT\s+Records\s*=\s*["']?(\d+)/i.exec(body)?.[1]
  const table: CompactTable = {
    columns: [],
    rows: [],
    ...(counted !== undefined && { count: Number(counted) }),
    isCapped: /<MAXROWS\s*\/?>/i.test(body),
    misfits: [],
  }
  if (heads === undefined) return table
  const head = heads.replace(/^[\r\n]+|[\r\n]+$/g, '')
  const begins = head.startsWith(delimiter)
  table.columns = head.slice(
    begins ? delimiter.length : 0,
    head.endsWith(delimiter) ? -delimiter.length : undefined,
  ).split(delimiter)
    .map((name) => name.trim())
  for (const data of elements(body, 'DATA')) {
    const values = fit(data, delimiter, begins, table.columns.length)
    if (!values) table.misfits.push(table.rows.length + table.misfits.length + 1)
    else {table.rows.push(
        Object.fromEntries(
          table.columns.map((name, at) => [name, values[at] === '' ? null : unescapeXml(values[at]!)]),
        ),
      )}
  }
  return table
}

function delimiterOf(body: string): string {
  const hex = /<DELIMITER\s+value\s*=\s*["']?([0-9a-f]{1,2})["']?/i.exec(body)?.[1]
  return hex === undefined ? '\t' : String.fromCharCode(parseInt(hex, 16))
}

/** The values of a row; undefined where they are more or fewer than the columns, however one reads its ends. */
function fit(data: string, delimiter: string, begins: boolean, wanted: number): string[] | undefined {
  const line = data.replace(/^[\r\n]+|[\r\n]+$/g, '')
  const values = (begins && line.startsWith(delimiter) ? line.slice(delimiter.length) : line).split(
    delimiter,
  )
  if (values.length === wanted + 1 && values.at(-1)!.trim() === '') values.pop()
  return values.length === wanted ? values : undefined
}

/** What stands in each element of a name; attributes are passed over. */
export function* elements(body: string, name: string, most = Infinity): Generator<string> {
  const [opening, closing] = [`<${name}`, `</${name}>`]
  let at = 0
  for (let found = 0; found < most; found++) {
    const open = body.indexOf(opening, at)
    if (open === -1) return
    const start = body.indexOf('>', open)
    const end = start === -1 ? -1 : body.indexOf(closing, start)
    if (end === -1) return
    yield body.slice(start + 1, end)
    at = end + closing.length
  }
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** A stray `&` is what it is: many servers do not escape. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name) return named[name.toLowerCase()]!
      const code = decimal ? Number(decimal) : parseInt(hex, 16)
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
        ? String.fromCodePoint(code)
        : whole
    },
  )
}
