/**
 * Every error code that a door may answer with, its HTTP status and its title. Closed on purpose: clients switch
 * on `code`, the reference documents this table, and a door that needs a new code adds a line here.
 * The codes of RFC 6749 keep the spelling of the RFC.
 */
export const errorCatalogue = {
  // the request as such
  invalid_request: { status: 400, title: 'The request is malformed' },
  invalid_body: { status: 400, title: 'The body cannot be read' },
  invalid_query: { status: 400, title: 'The query cannot be understood' },
  invalid_parameter: { status: 400, title: 'A parameter has an unacceptable value' },
  invalid_record: { status: 400, title: 'The record cannot be stored as it was sent' },
  unknown_field: { status: 400, title: 'A field named in the query does not exist' },
  too_costly: { status: 400, title: 'The query exceeds a limit on its size or cost' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  unknown_resource: { status: 404, title: 'There is no such resource' },
  method_not_allowed: { status: 405, title: 'The address does not answer to this method' },
  not_acceptable: { status: 406, title: 'None of the accepted representations can be produced' },
  request_timeout: { status: 408, title: 'The body did not arrive in time' },
  conflict: { status: 409, title: 'The present state does not allow this' },
  gone: { status: 410, title: 'What was at this address is there no more' },
  precondition_failed: { status: 412, title: 'A precondition of the request does not hold' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'The media type of the body is not supported' },
  unsupported_encoding: { status: 415, title: 'The content encoding of the body is not supported' },
  unprocessable: { status: 422, title: 'The request is well formed but cannot be carried out' },
  failed_dependency: { status: 424, title: 'An earlier request of the batch failed' },
  rate_limited: { status: 429, title: 'Too many requests' },

  // credentials
  unauthorized: { status: 401, title: 'An access token is needed' },
  invalid_token: { status: 401, title: 'The access token is not valid' },
  insufficient_scope: { status: 403, title: 'The access token does not permit this' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  invalid_client: { status: 401, title: 'The client could not be authenticated' },
  unsupported_grant_type: { status: 400, title: 'The grant type is not supported' },
  invalid_scope: { status: 400, title: 'The requested scope is not available to the client' },

  // ingest
  batch_too_large: { status: 413, title: 'The batch holds too many records' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used with another body' },
  unknown_receipt: { status: 404, title: 'There is no such receipt of this client' },
  unknown_run: { status: 404, title: 'There is no such run of this client' },
  run_resource_mismatch: { status: 409, title: 'The run takes records of another resource' },
  incomplete_run: { status: 409, title: 'Fewer records arrived than the run was to bring' },
  run_open: { status: 409, title: 'A run is already open for this source, office and resource' },
  run_closed: { status: 409, title: 'The run is no longer open' },
  shrink_refused: { status: 409, title: 'The run would flag more records as deleted than allowed' },

  // sources
  source_exists: { status: 409, title: 'The office or the code belongs to another source' },
  run_active: { status: 409, title: 'A run of this source is active' },
  invalid_settings: { status: 422, title: 'The source cannot be set up like this' },

  // the hub itself
  not_implemented: { status: 501, title: 'The hub does not offer this' },
  not_configured: { status: 503, title: 'The hub is not configured for this' },
  database_unavailable: { status: 503, title: 'The database cannot be reached' },
  hub_unavailable: { status: 503, title: 'A hub behind the router does not answer' },
  busy: { status: 503, title: 'The hub has its hands full; the same request may be repeated' },
  write_conflict: { status: 503, title: 'The transaction met another one and may be repeated' },
  query_timeout: { status: 504, title: 'The database did not answer in time' },
  internal_error: { status: 500, title: 'The hub failed to answer' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCatalogue
