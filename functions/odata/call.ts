import type { ClientContext } from '../_shared/oauth/client-context.ts'
import type { Model } from '../_shared/odata/model/model.ts'
import type { Horizon, Reader } from '../_shared/odata/model/reader.ts'
import type { RequestOptions } from '../_shared/odata/syntax/ast.ts'
import type { Negotiated } from '../_shared/odata/version.ts'

/** Everything that the answer to one request depends on. */
export interface Call {
  request: Request
  client: ClientContext
  /** The client as queries know it. */
  reader: Reader & { horizon: Horizon }
  model: Model
  /** Address of the service root, without a trailing slash. */
  root: string
  /** Path behind the root, as it was sent. */
  path: string
  /** Query as it was sent, without the question mark; of `POST .../$query` with what its body adds. */
  query: string
  options: RequestOptions
  version: Negotiated['version']
  /** Where the query came by POST: the part of it that stood in the address. */
  postedTo?: string
}
