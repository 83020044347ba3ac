import type { Hono, MiddlewareHandler } from 'hono'
import type { DoorVariables } from '../_shared/http/door.ts'
import type { ClientVariables } from '../_shared/oauth/require-scope.ts'
import type { Resource } from '../_shared/reso/types.ts'
import type { OverseeVariables } from './oversee.ts'

/** What the middleware of the ingest door leaves in the context. */
export type IngestVariables = ClientVariables & OverseeVariables & { resource: Resource }

export type IngestDoor = Hono<{ Variables: DoorVariables & IngestVariables }>

export type Authorise = MiddlewareHandler<{ Variables: ClientVariables }>
