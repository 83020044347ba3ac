/** `POST /$batch`: several reads in one request. */
import { readText } from '../../_shared/http/body.ts'
import { jsonBatch, readJsonBatch } from './json.ts'
import { boundaryOf, multipartBatch, readMultipartBatch } from './multipart.ts'
import { type Answerer, answerParts } from './part.ts'

const maxBytes = 1_000_000

/** @throws HubError invalid_body, too_costly (400), payload_too_large (413), unsupported_media_type (415) */
export async function answerBatch(request: Request, door: Answerer): Promise<Response> {
  const { text } = await readText(request, { maxBytes, mediaTypes: ['application/json', 'multipart/mixed'] })
  const boundary = boundaryOf(request)
  const parts = boundary === undefined ? readJsonBatch(text) : readMultipartBatch(text, boundary)
  const answers = await answerParts(parts, request, door)
  return boundary === undefined ? jsonBatch(answers) : multipartBatch(answers)
}
