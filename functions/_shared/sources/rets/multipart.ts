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
  bytes: number
}

/** An answer of several parts that does not end. */
export class TruncatedAnswer extends Error {}

/** Reads an answer of GetObject: one part, or several (multipart/parallel), with errors inside. */
export function readObjects(bytes: Uint8Array, headers: Headers): ObjectPart[] {
  const type = headers.get('Content-Type') ?? ''
  const boundary = /boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(type)
  if (!/^multipart\//i.test(type) || !boundary) return [partOf(headers, bytes)]
  // every byte is one character here, so that places in the text are places in the bytes
  const text = latin1(bytes)
  const mark = `--${boundary[1] ?? boundary[2]}`
  if (!text.includes(`${mark}--`)) throw new TruncatedAnswer('The last boundary is missing.')
  const parts: ObjectPart[] = []
  let at = text.indexOf(mark)
  for (;;) {
    const start = at + mark.length
    if (text.startsWith('--', start)) return parts
    const next = text.indexOf(mark, start)
    if (next === -1) throw new TruncatedAnswer('A part does not end.')
    const raw = text.slice(start, next).replace(/^\r?\n/, '')
    const blank = /\r?\n\r?\n/.exec(raw)
    const head = blank ? raw.slice(0, blank.index) : raw
    const offset = next - raw.length + (blank ? blank.index + blank[0].length : raw.length)
    const body = bytes.subarray(offset, next)
    parts.push(partOf(headersOf(head), body))
    at = next
  }
}

function latin1(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 32_768) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)))
  }
  return pieces.join('')
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

function partOf(headers: Headers, body: Uint8Array): ObjectPart {
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
    bytes: body.length,
  }
}
