/** Batches in JSON (OData JSON Format 4.01, section 19). */
import { HubError } from '../../_shared/http/errors.ts'
import { mostParts, type Part, type PartAnswer } from './part.ts'

/** @throws HubError invalid_body (400), too_costly (400) */
export function readJsonBatch(text: string): Part[] {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new HubError('invalid_body', 'The batch is not valid JSON.')
  }
  const requests = isObject(body) ? body.requests : undefined
  if (!Array.isArray(requests)) {
    throw new HubError('invalid_body', 'A batch is {"requests": [{"id", "method", "url"}, ...]}.', {
      target: 'requests',
    })
  }
  if (requests.length > mostParts) {
    throw new HubError('too_costly', `The batch has ${requests.length} requests, more than ${mostParts}.`)
  }
  const parts = requests.map(readPart)
  const twice = parts.find(({ id }, index) => parts.findIndex((other) => other.id === id) < index)
  if (twice) throw fault(parts.lastIndexOf(twice), 'id', `"${twice.id.slice(0, 60)}" is given twice`)
  return parts
}

function readPart(request: unknown, index: number): Part {
  if (!isObject(request)) throw fault(index, '', 'must be an object')
  const text = (name: string): string => {
    const value = request[name]
    if (typeof value !== 'string' || value === '') throw fault(index, `/${name}`, 'must be a text')
    return value
  }
  const headers = request.headers ?? {}
  const dependsOn = request.dependsOn ?? []
  if (!isObject(headers) || !Object.values(headers).every((value) => typeof value === 'string')) {
    throw fault(index, '/headers', 'must be an object of texts')
  }
  if (!Array.isArray(dependsOn) || !dependsOn.every((id) => typeof id === 'string')) {
    throw fault(index, '/dependsOn', 'must be a list of ids')
  }
  return {
    id: text('id'),
    method: text('method').toUpperCase(),
    url: text('url'),
    headers: headers as Record<string, string>,
    dependsOn,
  }
}

function fault(index: number, member: string, message: string): HubError {
  const target = `requests/${index}${member}`
  return new HubError('invalid_body', `${target} ${message}.`, { target })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The answer to a batch. JSON goes in as it is: it is neither parsed nor written again. */
export function jsonBatch(answers: PartAnswer[]): Response {
  const responses = answers.map(({ id, status, headers, body }) => {
    const isJson = headers['content-type']?.startsWith('application/json')
    const members = [
      `"id":${JSON.stringify(id)}`,
      `"status":${status}`,
      `"headers":${JSON.stringify(headers)}`,
      ...(body === '' ? [] : [`"body":${isJson ? body : JSON.stringify(body)}`]),
    ]
    return `{${members.join(',')}}`
  })
  return new Response(`{"responses":[${responses.join(',\n')}]}`, {
    headers: { 'Content-Type': 'application/json' },
  })
}
