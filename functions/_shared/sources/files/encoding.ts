import { type Encoding, FileFault } from './format.ts'

/** Bytes looked at. */
const sample = 256 * 1024

export interface Detected {
  encoding: Encoding
  /** Length of the byte order mark. */
  mark: number
}

/**
 * Which encoding a file is in, from its first bytes: the byte order mark, the XML declaration, NULs of UTF-16, whether
 * it is valid UTF-8, and else which code page makes words of it.
 */
export function detectEncoding(bytes: Uint8Array): Detected {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', mark: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', mark: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', mark: 2 }
  const head = bytes.subarray(0, sample)
  return { encoding: declared(head) ?? wide(head) ?? narrow(head), mark: 0 }
}

function declared(head: Uint8Array): Encoding | undefined {
  const start = new TextDecoder('latin1').decode(head.subarray(0, 200))
  const name = /^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/i.exec(start)?.[1]?.toLowerCase().replace(
    /^cp/,
    'windows-',
  )
  if (name === 'iso-8859-1') return 'windows-1252' // what the web has agreed to read it as
  return name === 'utf-8' || /^windows-125[0-3]$/.test(name ?? '') ? name as Encoding : undefined
}

/** Every second byte of Latin text in UTF-16 is NUL. */
function wide(head: Uint8Array): Encoding | undefined {
  const pairs = Math.min(head.length >> 1, 2_000)
  let even = 0
  let odd = 0
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) even++
    if (head[at + 1] === 0) odd++
  }
  if (odd > pairs * 0.3 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.3 && odd < pairs * 0.05) return 'utf-16be'
  return undefined
}

function narrow(head: Uint8Array): Encoding {
  try {
    // in streaming mode a character cut in two at the end of the sample is no error
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return 'utf-8'
  } catch {
    return codePage(head)
  }
}

/** The most frequent letters of the two scripts. */
const scripts = [
  ['windows-1251', new Set('оеаинтсрвлкмдпуязыьбгчйОЕАИНТСРВЛКМДПУ')],
  ['windows-1253', new Set('αοιετσνηυρπκμλςγδωάέήίόύώΑΟΙΕΤΣΝΗΥΡΠΚΜΛ')],
] as const

/**
 * Where the two Latin pages differ, how much a byte inside a word speaks for Central Europe (1250) or, below zero, for
 * the West (1252): ě is frequent and ì is not, à is frequent and ŕ is not; č and è say nothing.
 */
const tellers = new Map<number, number>([
  ...[0xec, 0xb3, 0xb9, 0xbf, 0x9d, 0xbe, 0x9f].map((byte) => [byte, 3] as const),
  ...[0x9a, 0x9e, 0xf5].map((byte) => [byte, 1] as const),
  ...[0xf8, 0xf9, 0xf2, 0xfb].map((byte) => [byte, 0.5] as const),
  ...[0xef, 0xe6].map((byte) => [byte, -0.3] as const),
  ...[0xea, 0xf1].map((byte) => [byte, -0.5] as const),
  ...[0xe5, 0xe3].map((byte) => [byte, -1.5] as const),
  [0xe0, -3],
])

function codePage(head: Uint8Array): Encoding {
  if (inRuns(head) <= 0.6) return isCentral(head) ? 'windows-1250' : 'windows-1252'
  const [cyrillic, greek] = scripts.map(([encoding, letters]) => {
    let found = 0
    for (const letter of new TextDecoder(encoding).decode(head)) if (letters.has(letter)) found++
    return found
  })
  return cyrillic! >= greek! ? 'windows-1251' : 'windows-1253'
}

function isCentral(head: Uint8Array): boolean {
  const isLetter = (byte: number | undefined) =>
    byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 0xc0)
  let score = 0
  for (let at = 0; at < head.length; at++) {
    const weight = tellers.get(head[at]!)
    // below the letters of both pages stand signs in one of them: a lone ³ is no ł
    if (weight && (head[at]! >= 0xc0 || isLetter(head[at - 1]) || isLetter(head[at + 1]))) score += weight
  }
  return score > 0
}

/** The share of high bytes that stand beside another: words of Greek and Cyrillic consist of them, Latin ones do not. */
function inRuns(head: Uint8Array): number {
  let high = 0
  let beside = 0
  for (let at = 0; at < head.length; at++) {
    if (head[at]! < 0xc0) continue
    high++
    if (head[at - 1]! >= 0xb8 || head[at + 1]! >= 0xb8) beside++
  }
  return high === 0 ? 0 : beside / high
}

/**
 * Decodes a window of a file. A character cut in two at its end is left for the next window.
 *
 * @throws FileFault for bytes that are no UTF-8: read leniently, a record would silently lose letters
 */
export function decodeWindow(bytes: Uint8Array, encoding: Encoding, isLast: boolean): string {
  try {
    const text = new TextDecoder(encoding, { fatal: encoding === 'utf-8', ignoreBOM: true }).decode(bytes, {
      stream: !isLast,
    })
    return encoding === 'windows-1252'
      ? text.replace(/[\u0080-\u009f]/g, (sign) => of1252[sign.charCodeAt(0) - 0x80]!)
      : text
  } catch {
    throw new FileFault(
      'unreadable_file',
      `The file is not ${encoding} throughout. Set "encoding", for example to windows-1252.`,
    )
  }
}

/** What windows-1252 has where Latin-1 has controls. Node 20 reads the one for the other. */
const of1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** How many bytes a decoded text took. */
export function bytesOf(text: string, encoding: Encoding): number {
  if (encoding === 'utf-8') return new TextEncoder().encode(text).length
  return encoding.startsWith('utf-16') ? text.length * 2 : text.length
}
