import { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import type { RetsStore } from './store.ts'

const boundary = '643e32cbb2ba55d87485f8909b3064f3fc8e53b9'

/** Habits of GetObject. */
export interface ObjectQuirks {
  /** Answers of GetObject that are cut off. */
  truncated: number
  /** Listings, or pictures as `key:number`, that are an error inside the answer. */
  objectErrors: string[]
  /** Pictures, as `key:number`, in whose place something else comes. */
  objectFakes: Record<string, string>
  /** Whether bytes come as base64, as mails have them. */
  base64: boolean
  /** Bytes that are added to each picture. */
  padding: number
  /** Where pictures are that come by address: elsewhere than at the server. */
  addressOf?: (key: string, number: number) => string
}

export const plainObjects: ObjectQuirks = {
  truncated: 0,
  objectErrors: [],
  objectFakes: {},
  base64: false,
  padding: 0,
}

interface Part {
  headers: string[]
  body: Buffer
}

/** GetObject: pictures or their addresses, or why there are none, each in a part of its own. */
export function answerObjects(
  response: ServerResponse,
  query: URLSearchParams,
  sandbox: { url: string; quirks: ObjectQuirks },
  store: RetsStore,
): void {
  const { quirks } = sandbox
  const isInside = query.get('Location') !== '1'
  const ids = (query.get('ID') ?? '').split(',')
  const parts = ids.flatMap((id) => {
    const [key, ...numbers] = id.split(':') as [string, ...string[]]
    if (quirks.objectErrors.includes(key)) return [failed(key, '*', 20407, 'Access Denied')]
    const count = store.pictures.get(key) ?? 0
    const wanted = numbers.includes('*')
      ? Array.from({ length: count }, (_, index) => index + 1)
      : numbers.map(Number)
    const there = wanted.filter((number) => number >= 1 && number <= count)
    if (there.length === 0) return [failed(key, '*', 20403, 'No Object Found')]
    return there.map((number) => {
      const name = `${key}:${number}`
      if (quirks.objectErrors.includes(name)) return failed(key, `${number}`, 20407, 'Access Denied')
      return isInside ? inside(key, number, quirks, store) : addressed(
        quirks.addressOf?.(key, number) ?? `${sandbox.url}/objects/Property/Photo/${key}/${number}`,
        key,
        number,
      )
    })
  })
  // one object that was asked for by its number comes as it is
  if (isInside && parts.length === 1 && !ids[0]!.includes('*')) {
    const { headers, body } = parts[0]!
    const pairs = headers.map((line) => line.split(/: /, 2) as [string, string])
    return void response.writeHead(200, { 'MIME-Version': '1.0', ...Object.fromEntries(pairs) }).end(body)
  }
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ])
  let body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
  if (quirks.truncated > 0) {
    quirks.truncated--
    body = body.subarray(0, Math.floor(body.length * 0.6))
  }
  response.writeHead(200, {
    'Content-Type': `multipart/parallel; boundary="${boundary}"`,
    'MIME-Version': '1.0',
  }).end(body)
}

function addressed(url: string, key: string, number: number): Part {
  return {
    headers: [
      `Content-ID: ${key}`,
      `Object-ID: ${number}`,
      'Content-Type: text/xml',
      `Location: ${url}`,
      ...(number === 1 ? ['Preferred: 1'] : []),
    ],
    body: Buffer.from('<RETS ReplyCode="0" ReplyText="Operation Successful"/>'),
  }
}

function failed(key: string, object: string, code: number, text: string): Part {
  return {
    headers: [`Content-ID: ${key}`, `Object-ID: ${object}`, 'Content-Type: text/xml'],
    body: Buffer.from(`<RETS ReplyCode="${code}" ReplyText="${text}"/>`),
  }
}

function inside(key: string, number: number, quirks: ObjectQuirks, store: RetsStore): Part {
  const fake = quirks.objectFakes[`${key}:${number}`]
  const bytes = fake === undefined ? pictureOf(key, number, quirks, store) : Buffer.from(fake)
  return {
    headers: [
      `Content-ID: ${key}`,
      `Object-ID: ${number}`,
      'Content-Type: image/jpeg',
      ...(number === 1 ? ['Preferred: 1'] : []),
      ...(quirks.base64 ? ['Content-Transfer-Encoding: base64'] : []),
    ],
    // lines of 76 characters, as mails have them
    body: quirks.base64 ? Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n')) : bytes,
  }
}

/** A JPEG of its own for each picture: a comment behind its first two bytes says which it is. */
export function pictureOf(key: string, number: number, { padding }: ObjectQuirks, store: RetsStore): Buffer {
  const text = `${key}:${number}:${store.editions.get(`${key}:${number}`) ?? 1}`
  const comment = Buffer.concat([
    Buffer.from(`--${boundary} ${text}`),
    Buffer.alloc(Math.min(padding, 60_000), 32),
  ])
  const head = Buffer.from([0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 255])
  const rest = Buffer.alloc(Math.max(0, padding - 60_000))
  return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2), rest])
}

/** Eight points by six. */
const jpeg = Buffer.from(
  [
    '/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9ln',
    'N+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8',
    'fHx8fHz/wAARCAAGAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAA',
    'AA/8QAFAEBAAAAAAAAAAAAAAAAAAAABP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKgChn//2Q==',
  ].join(''),
  'base64',
)
