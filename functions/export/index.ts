import { createDoor } from '../_shared/http/door.ts'
import { getFeed } from './get-feed.ts'

/** Feeds that portals fetch: `GET /export/{file}` and `GET /export/{file}/{limit}`. */
export const door = createDoor('export', 'problem')
door.get('/:file', getFeed)
door.get('/:file/:limit', getFeed)

export default { fetch: door.fetch }
