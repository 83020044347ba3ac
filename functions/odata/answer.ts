/** A request goes one way: negotiate, parse, resolve the path, plan, read, render. */
import { HubError } from '../_shared/http/errors.ts'
import { publicUrl } from '../_shared/http/public-url.ts'
import type { ClientContext } from '../_shared/oauth/client-context.ts'
import { readerOf } from '../_shared/oauth/reader-of.ts'
import { withHubErrors } from '../_shared/odata/hub-errors.ts'
import { modelFor } from '../_shared/odata/model/model.ts'
import type { RequestOptions } from '../_shared/odata/syntax/ast.ts'
import { parsePath, parseQueryOptions } from '../_shared/odata/syntax/parser.ts'
import { negotiateVersion } from '../_shared/odata/version.ts'
import { answerGroupCount, answerGroups, readApply } from './apply.ts'
import type { Call } from './call.ts'
import { answerCollection, answerCount } from './collection.ts'
import { answerEdit } from './edit.ts'
import { answerEntity } from './entity.ts'
import { explain } from './explain.ts'
import { metadata } from './metadata.ts'
import { answerProperty } from './property.ts'
import { resolve } from './resolve.ts'
import { seenBy } from './seen-by.ts'
import { serviceDocument } from './service-document.ts'

/** Servers and gateways refuse longer ones on their own, and say nothing. */
const longestAddress = 60_000

/**
 * Answers a request that reads. `posted` is the query that came as the body of `POST .../$query`.
 *
 * @throws HubError for whatever is wrong with the request
 */
export function answer(request: Request, client: ClientContext, posted?: string): Promise<Response> {
  return withHubErrors(async () => await dispatch(callOf(request, client, posted)))
}

/** Answers a request that writes. @throws HubError for whatever is wrong with it */
export function answerChange(request: Request, client: ClientContext): Promise<Response> {
  return withHubErrors(async () => {
    const call = callOf(request, client)
    const path = parsePath(call.path)
    if (path.kind !== 'resource') {
      throw new HubError('method_not_allowed', 'Only records are written.', {
        headers: { Allow: 'GET, HEAD, OPTIONS' },
      })
    }
    return await answerEdit(call, resolve(path.segments, call))
  })
}

function callOf(request: Request, client: ClientContext, posted?: string): Call {
  refuseLongAddress(request.url)
  const { pathname, search } = new URL(request.url)
  const { version } = negotiateVersion(request.headers)
  const whole = pathname.replace(/^\/odata\/?/, '').replace(/\/$/, '')
  const path = posted === undefined ? whole : whole.replace(postedPath, '')
  const query = [search.slice(1), posted ?? ''].filter((part) => part !== '').join('&')
  const options = parseQueryOptions(query)
  refuseUnsupported(options)
  const reader = { ...readerOf(client), horizon: { atLeast: seenBy(query) } }
  return {
    request,
    client,
    reader,
    model: modelFor(client.profile, reader.grants),
    root: `${publicUrl()}/odata`,
    path,
    query,
    options,
    version,
    ...(posted !== undefined && { postedTo: search.slice(1) }),
  }
}

/** The last segment of a path to which a query is posted. */
const postedPath = /\/(?:\$|%24)query$/

function refuseLongAddress(address: string): void {
  if (address.length <= longestAddress) return
  throw new HubError(
    'uri_too_long',
    `The address has ${address.length} characters, more than ${longestAddress}: send the query as the body of POST .../$query.`,
  )
}

function refuseUnsupported(options: RequestOptions): void {
  for (const name of ['deltatoken', 'id', 'index', 'schemaversion'] as const) {
    if (options[name] !== undefined) {
      throw new HubError('not_implemented', `$${name} is not supported.`, {
        target: `$${name}`,
      })
    }
  }
}

function dispatch(call: Call): Response | Promise<Response> {
  if (/^(?:\$|%24)explain$/.test(call.path)) return explain(call)
  const path = parsePath(call.path)
  switch (path.kind) {
    case 'service':
      return serviceDocument(call)
    case 'metadata':
      return metadata(call)
    case 'resource': {
      const target = resolve(path.segments, call)
      switch (target.kind) {
        case 'collection': {
          const { call: read, grouped } = readApply(call)
          return grouped ? answerGroups(call, target, grouped) : answerCollection(read, target)
        }
        case 'count': {
          const { call: read, grouped } = readApply(call)
          return grouped ? answerGroupCount(call, target, grouped) : answerCount(read, target)
        }
        case 'entity':
          return answerEntity(call, target)
        case 'property':
          return answerProperty(call, target)
      }
    }
  }
  if (path.kind === 'batch') {
    throw new HubError('method_not_allowed', 'A batch is sent by POST.', {
      headers: { Allow: 'POST, OPTIONS' },
    })
  }
  throw new HubError('not_implemented', `$${path.kind} is not supported.`, {
    target: 'path',
  })
}
