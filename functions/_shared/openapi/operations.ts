/** Addresses beside the RESO Web API: what they are for, their answers in words, examples of their bodies. */
import { shellSample } from './code-samples.ts'
import type { Json } from './schemas.ts'

export interface Operation {
  id: string
  summary: string
  status: 200 | 201 | 202 | 204
  answer: string
  /** Of the body, as an example. */
  body?: Json | Json[]
  /** Parameters in the address behind `?`, by what they are for. */
  query?: Record<string, string>
  /** What stands behind `?` in the request to copy. */
  sample?: string
}

/** Which page of a list that falls is wanted. */
export const pageBefore = { before: 'next of the page before', limit: 'At most 500' }

/** Which page of a list that rises is wanted. */
export const pageAfter = { after: 'next of the page before', limit: 'At most 500' }

/** A body whose members the documentation tells. */
export const open: Json = { type: 'object', additionalProperties: true }

/** Paths of the document; `examples` are values of the parameters in the path. */
export function operationPaths(
  tag: string,
  scope: string,
  operations: [method: string, path: string, operation: Operation][],
  examples: Record<string, string>,
): Json {
  const paths: Record<string, Json> = {}
  for (const [method, path, operation] of operations) {
    paths[path] = { ...paths[path], [method]: describe(tag, scope, method, path, operation, examples) }
  }
  return paths
}

function describe(
  tag: string,
  scope: string,
  method: string,
  path: string,
  { id, summary, status, answer, body, query = {}, sample }: Operation,
  examples: Record<string, string>,
): Json {
  const data = body === undefined
    ? ''
    : ` \\\n  -H 'Content-Type: application/json' -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
  const schema = Array.isArray(body) ? { type: 'array', items: open } : open
  const address = path.replace(/\{(\w+)\}/g, (_, name) => examples[name] ?? name) +
    (sample ? `?${sample}` : '')
  return {
    operationId: id,
    tags: [tag],
    summary,
    security: [{ token: [scope] }],
    ...(names.length + Object.keys(query).length > 0 && {
      parameters: [
        ...names.map((name) => ({
          name,
          in: 'path',
          required: true,
          schema: { type: 'string' },
          example: examples[name] ?? name,
        })),
        ...Object.entries(query).map(([name, description]) => ({
          name,
          in: 'query',
          description,
          schema: { type: 'string' },
        })),
      ],
    }),
    ...(body !== undefined &&
      { requestBody: { required: true, content: { 'application/json': { schema, example: body } } } }),
    responses: {
      [status]: {
        description: answer,
        ...(status !== 204 && { content: { 'application/json': { schema: open } } }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
    ...shellSample(
      `curl -s "$F${address}"${verb} -H "Authorization: Bearer $TOKEN"${data}`,
    ),
  }
}
