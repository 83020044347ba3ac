/** Addresses whose shapes are told in words, with a request to copy. */
import { shellSample } from './code-samples.ts'
import type { Json } from './schemas.ts'

export interface Operation {
  id: string
  summary: string
  status: 200 | 201 | 202 | 204
  answer: string
  /** Of the body, as an example. */
  body?: Json
  /** Behind the question mark of the sample. */
  query?: string
}

export type Operations = [method: string, path: string, Operation][]

interface Group {
  tag: string
  /** Scope of the token. */
  scope: string
  /** What stands for `{id}` in samples. */
  id: string
}

export const open: Json = { type: 'object', additionalProperties: true }

export function describedPaths(operations: Operations, group: Group): Json {
  return Object.fromEntries(
    [...byPath(operations)].map(([path, methods]) => [
      path,
      Object.fromEntries(
        methods.map(([method, , operation]) => [method, describe(method, path, operation, group)]),
      ),
    ]),
  )
}

function describe(
  method: string,
  path: string,
  { id, summary, status, answer, body, query }: Operation,
  group: Group,
): Json {
  const data = body === undefined
    ? ''
    : ` \\\n  -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`
  const address = `$F${path.replace('{id}', group.id)}${query ? `?${query}` : ''}`
  return {
    operationId: id,
    tags: [group.tag],
    summary,
    security: [{ token: [group.scope] }],
    ...(path.includes('{id}') && {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' }, example: group.id }],
    }),
    ...(body !== undefined &&
      { requestBody: { required: true, content: { 'application/json': { schema: open, example: body } } } }),
    responses: {
      [status]: {
        description: answer,
        ...(status !== 204 && { content: { 'application/json': { schema: open } } }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
    ...shellSample(`curl -s "${address}"${verb} -H "Authorization: Bearer $TOKEN"${data}`),
  }
}

/** Node 20 has no Map.groupBy. */
function byPath(list: Operations): Map<string, Operations> {
  const paths = new Map<string, Operations>()
  for (const operation of list) paths.set(operation[1], [...paths.get(operation[1]) ?? [], operation])
  return paths
}
