import { createSearchDoor } from './door.ts'

const door = createSearchDoor()

export default { fetch: door.fetch }
