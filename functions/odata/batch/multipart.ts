/** Batches as MIME messages (OData Protocol 4.01, 11.7.7), which SAP's and DevExtreme's libraries send by default. */
import { HubError } from '../../_shared/http/errors.ts'
import { changeSet, mostParts, type Part, type PartAnswer } from './part.ts'

/** The text between the parts; undefined for another media type. */
export function boundaryOf(request: Request): string | undefined {
  const type = request.headers.get('Content-Type') ?? ''
  if (!/^multipart\/mixed\b/i.test(type)) return undefined
  return /boundary="?([^";\s]{1,70})"?/i.exec(type)?.[1]
}

/** @throws HubError invalid_body (400), too_costly (400) */
export function readMultipartBatch(text: string, boundary: string): Part[] {
  const lines = text.replaceAll('\r\n', '\n')
  // the boundary of a change set may begin with that of its batch
  const between = new RegExp(`\\n--${boundary.replace(/[^\w]/g, '\\$&')}(?=--|[ \\t]*(?:\\n|$))`)
  const pieces = `\n${lines}`.split(between).slice(1)
  if (pieces.length === 0 || !pieces.at(-1)!.startsWith('--')) {
    throw new HubError('invalid_body', `The batch does not end with --${boundary}--.`)
  }
  if (pieces.length - 1 > mostParts) {
    throw new HubError('too_costly', `The batch has ${pieces.length - 1} requests, more than ${mostParts}.`)
  }
  return pieces.slice(0, -1).map((piece, index) =>
    readPart(piece.replace(/^[ \t]*\n/, ''), String(index + 1))
  )
}

/** A part: MIME headers, a blank line, and a request as HTTP/1.1 writes it. A change set is refused by its method. */
function readPart(piece: string, place: string): Part {
  const [mime = '', request = ''] = cut(piece)
  const mimeHeaders = headersIn(mime)
  const id = mimeHeaders['content-id'] ?? place
  if (/^multipart\//i.test(mimeHeaders['content-type'] ?? '')) {
    return { id, method: changeSet, url: '', headers: {}, dependsOn: [] }
  }
  const [head = ''] = cut(request.replace(/^\n+/, ''))
  const [line = '', ...rest] = head.split('\n')
  const [, method, url] = /^(\w+) +(\S.*?)(?: +HTTP\/\d(?:\.\d)?)?$/.exec(line.trim()) ?? []
  if (method === undefined || url === undefined) {
    throw new HubError(
      'invalid_body',
      `Part ${place} does not begin with a request such as GET Property HTTP/1.1.`,
    )
  }
  return { id, method: method.toUpperCase(), url, headers: headersIn(rest.join('\n')), dependsOn: [] }
}

function cut(text: string): [head: string, body: string] {
  const end = text.indexOf('\n\n')
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 2)]
}

function headersIn(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line.trim()) ?? []
      // Lengths and hosts of a part are those of its sender, not of what is asked here.
      return name === undefined || /^(?:host|content-length|connection)$/i.test(name)
        ? []
        : [[name.toLowerCase(), value!]]
    }),
  )
}

export function multipartBatch(answers: PartAnswer[]): Response {
  const boundary = `batch_${crypto.randomUUID()}`
  const parts = answers.map(({ id, status, headers, body }) =>
    [
      `--${boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: ${id.replace(/[\r\n]/g, '')}`,
      '',
      `HTTP/1.1 ${status} ${reasons[status] ?? (status < 400 ? 'OK' : 'Error')}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n')
  )
  return new Response([...parts, `--${boundary}--`, ''].join('\r\n'), {
    headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}` },
  })
}

const reasons: Record<number, string> = {
  204: 'No Content',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
}
