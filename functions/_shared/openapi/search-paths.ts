/** The addresses of search, and those of the older property service; shapes in words where docs/search.md says more. */
import { type Operation, operationPaths } from './operations.ts'
import type { Json } from './schemas.ts'

const page =
  '{listings: [{key, location: [lng, lat], fields..., duplicates?}], count?, facets?, clusters?, approximate?, next?}'
const property = 'The property: columns of mls_listings in snake_case'

const search: [method: string, path: string, operation: Operation][] = [
  ['get', '/search/listings', {
    id: 'searchByQuery',
    summary:
      'Searches by place, words and filter: bbox, near and radius, filter, q, sort, limit, cursor, zoom, select, include, dedupe, sources',
    status: 200,
    answer: page,
    sample: 'bbox=32.9,34.6,33.2,34.8&limit=2&include=count&select=City,ListPrice',
  }],
  ['post', '/search/listings', {
    id: 'search',
    summary: 'The same with the parameters as JSON, and a GeoJSON polygon',
    status: 200,
    answer: page,
    body: { filter: 'BedroomsTotal ge 2', sort: 'price', include: ['count', 'facets'] },
  }],
  ['get', '/search/suggest', {
    id: 'suggest',
    summary: 'Places, streets, references and keys that begin so, or nearly',
    status: 200,
    answer: '{suggestions: [{type, text, matched?, region?, country?, location?, licence?, key?}]}',
    sample: 'q=lim',
  }],
  ['get', '/search/places', {
    id: 'listPlaces',
    summary: 'Cities, neighbourhoods and schools: type, near, radius, limit',
    status: 200,
    answer:
      '{places: [{id, type, name, other_names, country, region, location, distance?, properties, source, licence}]}',
    sample: 'type=city&near=34.68,33.04',
  }],
  ['get', '/search/similar/{id}', {
    id: 'listSimilar',
    summary: 'Listings like one, by its key',
    status: 200,
    answer: '{listings: [...]}',
  }],
  ['get', '/search/timeline/{id}', {
    id: 'readTimeline',
    summary: 'What happened to a listing, the newest first',
    status: 200,
    answer: '{key, entries: [{at, kind, details}]}',
  }],
  ['get', '/search/saved', {
    id: 'listSaved',
    summary: 'Saved searches',
    status: 200,
    answer: '{searches: [...]}',
  }],
  ['post', '/search/saved', {
    id: 'saveSearch',
    summary:
      'Keeps a search; cadence instantly, daily or weekly; webhook_id of a webhook to tell, or by_mail for users',
    status: 201,
    answer: 'The saved search',
    body: { name: 'Sea view', search: { q: 'sea view' }, cadence: 'daily' },
  }],
  ['delete', '/search/saved/{id}', {
    id: 'deleteSaved',
    summary: 'Forgets a saved search',
    status: 204,
    answer: 'Removed',
  }],
  ['get', '/search/saved/{id}/matches', {
    id: 'listMatches',
    summary: 'What came to match, the newest first; since=<time>',
    status: 200,
    answer: '{matches: [{key, matched_at}]}',
  }],
  ['get', '/search/usage', {
    id: 'readUsage',
    summary: 'Searches and listings of the caller by day',
    status: 200,
    answer: '{usage: [{day, requests, records}]}',
  }],
]

const properties: [method: string, path: string, operation: Operation][] = [
  ['get', '/api/v1/properties', {
    id: 'pageOfProperties',
    summary: 'Properties, as the older service listed them: page, limit, sort, status, city, min_price, ...',
    status: 200,
    answer: '{data: [...], meta: {total, page, limit, pages}}',
    sample: 'limit=2&sort=-list_price',
  }],
  ['post', '/api/v1/properties', {
    id: 'createListing',
    summary: 'A listing of the signed-in user, in DRAFT',
    status: 201,
    answer: `{data}. ${property}`,
    body: { name: 'Villa', city: 'Paphos' },
  }],
  ['get', '/api/v1/properties/search', {
    id: 'findProperties',
    summary: 'The same as the list; q and bbox too',
    status: 200,
    answer: '{data: [...], meta}',
    sample: 'q=lim&limit=2',
  }],
  ['post', '/api/v1/properties/search', {
    id: 'findPropertiesByBody',
    summary: 'The same with the parameters as JSON',
    status: 200,
    answer: '{data: [...], meta}',
    body: { city: ['Limassol'], min_bedrooms: 2 },
  }],
  ['get', '/api/v1/properties/{id}', {
    id: 'readOne',
    summary: 'A property by uuid or ListingKey',
    status: 200,
    answer: `{data}. ${property}`,
  }],
  ['put', '/api/v1/properties/{id}', {
    id: 'changeListing',
    summary: 'Changes a property by the rules of the workflow',
    status: 200,
    answer: `{data}. ${property}`,
    body: { list_price: 440000 },
  }],
  ['delete', '/api/v1/properties/{id}', {
    id: 'withdrawListing',
    summary: 'Withdraws a property; nothing is destroyed',
    status: 200,
    answer: `{data}. ${property}`,
    body: { reason: 'Sold elsewhere' },
  }],
  ['get', '/api/v1/properties/{id}/media', {
    id: 'readFiles',
    summary: 'Its pictures',
    status: 200,
    answer: '{data: [...], meta}',
  }],
  ['get', '/api/v1/properties/{id}/timeline', {
    id: 'readHistory',
    summary: 'What happened to it',
    status: 200,
    answer: '{data: [...], meta}',
  }],
  ['post', '/api/v1/auth/login', {
    id: 'login',
    summary: 'Signs a user in',
    status: 200,
    answer: '{data: {token, expires_at, refresh_token, user}}',
    body: { email: 'broker.cy@demo.example', password: '...' },
  }],
]

export const searchTag = {
  name: 'Search',
  description:
    'Listings for websites, maps and apps. For clients of scope odata, users, and visitors with the publishable key; F/mcp offers the same to assistants.',
}
export const propertiesTag = {
  name: 'Properties',
  description:
    'The older property service: users act with the rights of the Data API, clients read what is served to them.',
}

const examples = { id: 'QOBRIX_1' }
export const searchPaths: Json = {
  ...operationPaths(searchTag.name, 'odata', search, examples),
  ...operationPaths(propertiesTag.name, 'odata', properties, examples),
}
