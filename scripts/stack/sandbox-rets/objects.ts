import type { ServerResponse } from 'node:http'
import type { RetsStore } from './store.ts'

const boundary = '643e32cbb2ba55d87485f8909b3064f3fc8e53b9'

/** GetObject: addresses of pictures, or why there are none, each in a part of its own. */
export function answerObjects(
  response: ServerResponse,
  query: URLSearchParams,
  sandbox: { url: string; quirks: { objectErrors: string[]; truncated: number } },
  store: RetsStore,
): void {
  const parts = (query.get('ID') ?? '').split(',').flatMap((id) => {
    const key = id.split(':')[0]!
    if (sandbox.quirks.objectErrors.includes(key)) return [part(key, '*', '', 20407, 'Access Denied')]
    const count = store.pictures.get(key) ?? 0
    if (count === 0) return [part(key, '*', '', 20403, 'No Object Found')]
    if (query.get('Location') === '0') {
      return Array.from({ length: count }, (_, index) => picture(key, index + 1))
    }
    return Array.from(
      { length: count },
      (_, index) =>
        part(
          key,
          String(index + 1),
          `${sandbox.url}/objects/Property/Photo/${key}/${index + 1}`,
          0,
          'Operation Successful',
        ),
    )
  })
  let body = `${parts.map((text) => `--${boundary}\r\n${text}\r\n`).join('')}--${boundary}--\r\n`
  if (sandbox.quirks.truncated > 0) {
    sandbox.quirks.truncated--
    body = body.slice(0, Math.floor(body.length * 0.6))
  }
  response.writeHead(200, {
    'Content-Type': `multipart/parallel; boundary="${boundary}"`,
    'MIME-Version': '1.0',
  }).end(body)
}

function part(key: string, object: string, location: string, code: number, text: string): string {
  return [
    `Content-ID: ${key}`,
    `Object-ID: ${object}`,
    'Content-Type: text/xml',
    ...(object === '*' ? [] : [`Location: ${location}`, ...(object === '1' ? ['Preferred: 1'] : [])]),
    '',
    `<RETS ReplyCode="${code}" ReplyText="${text}"/>`,
  ].join('\r\n')
}

function picture(key: string, number: number): string {
  return [
    `Content-ID: ${key}`,
    `Object-ID: ${number}`,
    'Content-Type: image/jpeg',
    '',
    `\xff\xd8 picture ${number}`,
  ].join('\r\n')
}
