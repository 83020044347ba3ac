/** A request for OData goes to the hubs by what its path names. */
import { compressed } from '../http/compress.ts'
import { HubError } from '../http/errors.ts'
import { withHubErrors } from '../odata/hub-errors.ts'
import type { PathSegment } from '../odata/syntax/ast.ts'
import { parsePath } from '../odata/syntax/parser.ts'
import { callOf, type RoutedCall } from './call.ts'
import { mergedCollection, type Routed } from './collection.ts'
import { sumOf } from './count.ts'
import { routedHubs } from './hubs.ts'
import { kindOf } from './kinds.ts'
import { sameOfAll } from './metadata.ts'
import { answerOfOne } from './one.ts'

/** Answers a request that reads; `posted` is the query that came as the body of `POST .../$query`. */
export function answerRouted(request: Request, posted?: string): Promise<Response> {
  return withHubErrors(async () => {
    const call = await callOf(request, routedHubs(), posted)
    const { text, like: { status, headers } } = await routed(call)
    const passed = ['Content-Type', 'ETag', 'Preference-Applied', 'RateLimit', 'RateLimit-Policy']
    const response = new Response(status === 204 || status === 304 ? null : text, {
      status,
      headers: passed.flatMap((name): [string, string][] =>
        headers.has(name) ? [[name, headers.get(name)!]] : []
      ),
    })
    return compressed(request, response, text.length)
  })
}

function routed(call: RoutedCall): Promise<Routed> {
  if (call.shard !== undefined) return answerOfOne(call)
  if (/^(?:\$|%24)explain$/.test(call.path)) throw needsShard(call, '$explain')
  const path = parsePath(call.path)
  if (path.kind === 'service' || path.kind === 'metadata') return sameOfAll(call)
  if (path.kind !== 'resource') {
    throw new HubError('not_implemented', `$${path.kind} is not offered over several hubs.`, {
      target: 'path',
    })
  }
  const resource = collectionOf(path.segments)
  if (resource === undefined) return answerOfOne(call)
  if (kindOf(resource) === 'apart') throw needsShard(call, resource)
  if (call.options.apply !== undefined) throw needsShard(call, '$apply')
  return path.segments.at(-1)!.kind === 'count'
    ? countOfAll(call, resource)
    : mergedCollection(call, resource)
}

/** The resource whose collection, count or references a path means; undefined for what begins with a key. */
function collectionOf([first, second, ...rest]: PathSegment[]): string | undefined {
  if (first?.kind !== 'name' || first.arguments || rest.length > 0) return undefined
  return second === undefined || second.kind === 'count' || second.kind === 'ref' ? first.name : undefined
}

async function countOfAll(call: RoutedCall, resource: string): Promise<Routed> {
  if (kindOf(resource) === 'shared') throw needsShard(call, `the count of ${resource}`)
  const headers = new Headers({ 'Content-Type': 'text/plain;charset=utf-8' })
  return { text: String(await sumOf(call, call.path)), like: { status: 200, headers, text: '' } }
}

function needsShard({ hubs }: RoutedCall, what: string): HubError {
  const names = hubs.map(({ name }) => name).join(', ')
  return new HubError(
    'invalid_parameter',
    `${what} is each hub's own: add ?shard= with one of ${names}.`,
    { target: 'shard' },
  )
}
