import { createMcpDoor } from './door.ts'

const door = createMcpDoor()

export default { fetch: door.fetch }
