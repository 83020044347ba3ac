import { createRoutedODataDoor, createRoutedSearchDoor, createTokenDoor } from './doors.ts'

const token = createTokenDoor()
const odata = createRoutedODataDoor()
const search = createRoutedSearchDoor()

/** Each has errors of its own shape, so they are three doors at one address. */
const doors = { oauth: token, odata, search }

export const door = { routes: Object.values(doors).flatMap(({ routes }) => routes) }

function fetch(request: Request): Response | Promise<Response> {
  const [, , name = ''] = new URL(request.url).pathname.split('/')
  return (Object.hasOwn(doors, name) ? doors[name as keyof typeof doors] : search).fetch(request)
}

export default { fetch }
