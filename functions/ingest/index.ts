import { createIngestDoor } from './door.ts'

const door = createIngestDoor()

export default { fetch: door.fetch }
