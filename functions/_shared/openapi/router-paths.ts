/** The addresses that read several hubs as one; shapes in words where docs/scaling.md says more. */
import { type Operation, operationPaths } from './operations.ts'
import type { Json } from './schemas.ts'

const operations: [method: string, path: string, operation: Operation][] = [
  ['post', '/router/oauth/token', {
    id: 'getRoutedToken',
    summary: 'A token for all hubs, by client credentials as at /oauth/token; ?hubs=cy,hu for some of them',
    status: 200,
    answer: '{access_token, token_type, expires_in, scope, mls_view, mls_hubs: [names]}',
  }],
  ['get', '/router/odata/{path}', {
    id: 'readRouted',
    summary: 'What /odata answers, of all hubs: pages merged, counts summed; ?shard=cy for one hub',
    status: 200,
    answer:
      'As /odata; in replication with @mls.shards: {name: {ModificationTimestamp, EntityEventSequence}}',
  }],
  ['get', '/router/search/listings', {
    id: 'searchRoutedByQuery',
    summary: 'What /search/listings answers, of all hubs',
    status: 200,
    answer: '{listings: [...], count?, facets?, clusters?, approximate?, next?}',
  }],
  ['post', '/router/search/listings', {
    id: 'searchRouted',
    summary: 'The same with the parameters as JSON',
    status: 200,
    answer: '{listings: [...], count?, facets?, clusters?, approximate?, next?}',
    body: { sort: 'price', include: ['count'] },
  }],
]

export const routerTag = {
  name: 'Several hubs',
  description: 'Markets on several projects read as one, where a router stands before them.',
}

export const routerPaths: Json = operationPaths(routerTag.name, 'odata', operations, { path: 'Property' })
