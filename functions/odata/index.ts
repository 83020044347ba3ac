import { createODataDoor } from './door.ts'

const door = createODataDoor()

export default { fetch: door.fetch }
