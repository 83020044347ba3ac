/** The requests within a batch: each is answered as if it had come alone, quota and refusals included. */
import { HubError } from '../../_shared/http/errors.ts'
import { publicUrl } from '../../_shared/http/public-url.ts'

export interface Part {
  id: string
  method: string
  /** As written: absolute, from the host's root, or relative to the service root. */
  url: string
  headers: Record<string, string>
  /** Ids of parts that must have succeeded before. */
  dependsOn: string[]
}

export interface PartAnswer {
  id: string
  status: number
  headers: Record<string, string>
  body: string
}

/** What answers one request: the door itself. */
export type Answerer = (request: Request) => Promise<Response> | Response

export const mostParts = 50

/** The method of a part that holds several requests, all or none of which are to be carried out. */
export const changeSet = 'a change set'

/** Of the answers, so that a batch takes no more memory than the largest page. */
const mostCharacters = 30_000_000

/** Headers of an answer that mean something within a batch. */
const passedOn = ['content-type', 'etag', 'odata-version', 'preference-applied', 'retry-after', 'allow']
/** What parts without a header of their own take over from the batch. */
const inherited = ['OData-MaxVersion', 'OData-Version', 'Prefer', 'Accept-Language']

/**
 * Answers the parts one after the other. After one that failed the others are not tried (Protocol 11.7.2), unless the
 * batch prefers odata.continue-on-error.
 */
export async function answerParts(parts: Part[], batch: Request, door: Answerer): Promise<PartAnswer[]> {
  const goesOn = /(?:^|[,;]\s*)(?:odata\.)?continue-on-error(?!\s*=\s*"?false)/i.test(
    batch.headers.get('Prefer') ?? '',
  )
  const answers: PartAnswer[] = []
  let characters = 0
  let hasFailed = false
  for (const part of parts) {
    const lacking = part.dependsOn.find((id) => !answers.some((done) => done.id === id && done.status < 400))
    const answer: PartAnswer = hasFailed && !goesOn
      ? refused(
        part,
        'failed_dependency',
        'An earlier request of the batch failed: nothing behind it is tried.',
      )
      : lacking !== undefined
      ? refused(part, 'failed_dependency', `It depends on the request ${lacking}, which did not succeed.`)
      : characters > mostCharacters
      ? refused(part, 'too_costly', 'The batch has grown too large: send this request in another one.')
      : await answerPart(part, batch, door)
    answers.push(answer)
    characters += answer.body.length
    hasFailed ||= answer.status >= 400
  }
  return answers
}

async function answerPart(part: Part, batch: Request, door: Answerer): Promise<PartAnswer> {
  if (!['GET', 'HEAD'].includes(part.method)) {
    const [what, its] = part.method === changeSet
      ? [changeSet, 'each of its requests']
      : [part.method.slice(0, 20), `the ${part.method.slice(0, 20)}`]
    const message =
      `A batch holds GET and HEAD, not ${what}: send ${its} as a request of its own, with an Idempotency-Key where it may be repeated.`
    return refused(part, 'method_not_allowed', message, { allow: 'GET, HEAD' })
  }
  const address = addressOf(part.url)
  if (address === undefined) {
    return refused(part, 'not_found', `${part.url.slice(0, 100)} is no address of this service.`)
  }
  const headers = new Headers()
  for (const name of inherited) {
    const value = batch.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  for (const [name, value] of Object.entries(part.headers)) headers.set(name, value)
  // Whoever sends the batch asks for all that is in it; and what is in it is not compressed one by one.
  headers.set('Authorization', batch.headers.get('Authorization') ?? '')
  headers.delete('Accept-Encoding')
  const response = await door(new Request(address, { method: part.method, headers }))
  return {
    id: part.id,
    status: response.status,
    headers: Object.fromEntries(
      passedOn.flatMap((name) => {
        const value = response.headers.get(name)
        return value === null ? [] : [[name, value]]
      }),
    ),
    body: await response.text(),
  }
}

/** The address for the door; undefined for what lies elsewhere, and for a batch within the batch. */
function addressOf(url: string): string | undefined {
  const root = new URL(`${publicUrl()}/odata/`)
  let address: URL
  try {
    address = new URL(url.replace(/^\$/, './$'), root)
  } catch {
    return undefined
  }
  const isBelow = `${address.pathname}/`.startsWith(root.pathname)
  if (!isBelow || address.origin !== root.origin) return undefined
  const path = address.pathname.slice(root.pathname.length)
  return /^(?:\$|%24)batch/i.test(path) ? undefined : `http://hub/odata/${path}${address.search}`
}

function refused(
  { id }: Part,
  code: 'failed_dependency' | 'too_costly' | 'method_not_allowed' | 'not_found',
  message: string,
  headers: Record<string, string> = {},
): PartAnswer {
  const error = new HubError(code, message)
  return {
    id,
    status: error.status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ error: { code, message } }),
  }
}
