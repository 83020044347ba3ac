import { createDoor } from '../_shared/http/door.ts'
import { addMlsRoutes } from './admin-mls/routes.ts'
import { addAuthRoutes } from './auth/routes.ts'
import { addPropertyRoutes } from './properties/routes.ts'

/** The older property service's paths, for its clients. */
export const door = createDoor('api', 'problem')
addMlsRoutes(door)
addAuthRoutes(door)
addPropertyRoutes(door)

export default { fetch: door.fetch }
