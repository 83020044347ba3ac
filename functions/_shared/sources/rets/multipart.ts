import { Buffer } from 'node:buffer'
import { decodeAnswer, readReply } from './compact.ts'

/** A part of the answer of GetObject. */
export interface ObjectPart {
  key: string
  /** Number of the object; `*` where the error is about all of a key. */
  object: string
  location?: string
  type: string
  description?: string
  isPreferred: boolean
  /** Reply code of a part that is an error, else 0. */
  code: number
  text: string
  /** What the part holds, decoded. */
  body: Uint8Array
}

const longestHead = 8_192

/** An answer of several parts that does not end. */
export class TruncatedAnswer extends Error {}

/** Reads an answer of GetObject: one part, or several (multipart/parallel), with errors inside. */
export function readObjects(bytes: Uint8Array, headers: Headers): ObjectPart[] {
  const type = headers.get('Content-Type') ?? ''
  const boundary = /boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(type)
  if (!/^multipart\//i.test(type) || !boundary) return [partOf(headers, bytes)]
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const mark = `--${boundary[1] ?? boundary[2]}`
  const parts: ObjectPart[] = []
  for (let at = nextMark(whole, mark, 0);;) {
    if (at === -1) throw new TruncatedAnswer('The last boundary is missing.')
    const start = at + mark.length
    if (whole.toString('latin1', start, start + 2) === '--') return parts
    at = nextMark(whole, mark, start)
    if (at === -1) throw new TruncatedAnswer('A part does not end.')
    parts.push(partBetween(whole, start, at))
  }
}

/** A boundary begins a line: what looks like one inside a picture is none. */
function nextMark(whole: Buffer, mark: string, from: number): number {
  for (let at = whole.indexOf(mark, from, 'latin1'); at !== -1; at = whole.indexOf(mark, at + 1, 'latin1')) {
    if (at === 0 || whole[at - 1] === 10) return at
  }
  return -1
}

/** Headers end at the first empty line; the line break before the boundary belongs to the boundary. */
function partBetween(whole: Buffer, from: number, to: number): ObjectPart {
  const start = whole[from] === 13 ? from + 2 : from + 1
  const head = whole.toString('latin1', start, Math.min(to, start + longestHead))
  const blank = /(?:^|\r?\n)\r?\n/.exec(head)
  const end = whole[to - 2] === 13 ? to - 2 : to - 1
  const at = blank ? start + blank.index + blank[0].length : end
  return partOf(headersOf(blank ? head.slice(0, blank.index) : head), whole.subarray(Math.min(at, end), end))
}

function headersOf(head: string): Headers {
  const headers = new Headers()
  for (const line of head.split(/\r?\n/)) {
    const [, name, value] = /^([\w-]+)\s*:\s*(.*)$/.exec(line.trim()) ?? []
    // a header of Latin-1 or with control characters says nothing that is needed
    if (name && /^[\x20-\x7e]*$/.test(value!)) headers.set(name, value!)
  }
  return headers
}

function partOf(headers: Headers, raw: Uint8Array): ObjectPart {
  const isText = headers.get('Content-Transfer-Encoding')?.trim().toLowerCase() === 'base64'
  const body = isText ? new Uint8Array(Buffer.from(new TextDecoder('latin1').decode(raw), 'base64')) : raw
  const type = headers.get('Content-Type') ?? ''
  let [code, said] = [0, '']
  if (/xml/i.test(type) && body.length > 0 && body.length < 10_000) {
    const text = decodeAnswer(body, type)
    if (/<RETS\b/i.test(text)) ({ code, text: said } = readReply(text))
  }
  const location = headers.get('Location')?.trim()
  const description = headers.get('Content-Description')?.trim()
  return {
    key: headers.get('Content-ID')?.trim() ?? '',
    object: headers.get('Object-ID')?.trim() ?? '*',
    ...(location && { location }),
    ...(description && { description }),
    type,
    isPreferred: headers.get('Preferred')?.trim() === '1',
    code,
    text: said,
    body,
  }
}
