/** A request goes one way: negotiate, parse, resolve the path, plan, read, render. */
import { HubError } from '../_shared/http/errors.ts'
import { publicUrl } from '../_shared/http/public-url.ts'
import type { ClientContext } from '../_shared/oauth/client-context.ts'
import { readerOf } from '../_shared/oauth/reader-of.ts'
import { withHubErrors } from '../_shared/odata/hub-errors.ts'
import { modelFor } from '../_shared/odata/model/model.ts'
import type { RequestOptions } from '../_shared/odata/syntax/ast.ts'
import { parsePath, parseQueryOptions } from '../_shared/odata/syntax/parser.ts'
import type { Call } from './call.ts'
import { answerCollection, answerCount } from './collection.ts'
import { answerEntity } from './entity.ts'
import { explain } from './explain.ts'
import { metadata } from './metadata.ts'
import { negotiateVersion } from './negotiate.ts'
import { answerProperty } from './property.ts'
import { resolve } from './resolve.ts'
import { serviceDocument } from './service-document.ts'

/** @throws HubError for whatever is wrong with the request */
export function answer(request: Request, client: ClientContext): Promise<Response> {
  return withHubErrors(async () => await dispatch(callOf(request, client)))
}

function callOf(request: Request, client: ClientContext): Call {
  const { pathname, search } = new URL(request.url)
  const { version } = negotiateVersion(request.headers)
  const path = pathname.replace(/^\/odata\/?/, '').replace(/\/$/, '')
  const query = search.slice(1)
  const options = parseQueryOptions(query)
  refuseUnsupported(options)
  const reader = readerOf(client)
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
  }
}

function refuseUnsupported(options: RequestOptions): void {
  for (const name of ['apply', 'deltatoken', 'id', 'index', 'schemaversion'] as const) {
    if (options[name] !== undefined) {
      throw new HubError('not_implemented', `$${name} is not supported.`, {
        target: `$${name}`,
      })
    }
  }
}

async function dispatch(call: Call): Promise<Response> {
  if (/^(?:\$|%24)explain$/.test(call.path)) return explain(call)
  const path = parsePath(call.path)
  switch (path.kind) {
    case 'service':
      return serviceDocument(call)
    case 'metadata':
      return metadata(call)
    case 'resource': {
      const target = await resolve(path.segments, call)
      switch (target.kind) {
        case 'collection':
          return answerCollection(call, target)
        case 'count':
          return answerCount(call, target)
        case 'entity':
          return answerEntity(call, target)
        case 'property':
          return answerProperty(call, target)
      }
    }
  }
  throw new HubError('not_implemented', `$${path.kind} is not supported.`, {
    target: 'path',
  })
}
