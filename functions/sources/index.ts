import { createSourcesDoor } from './door.ts'

const door = createSourcesDoor()

export default { fetch: door.fetch }
