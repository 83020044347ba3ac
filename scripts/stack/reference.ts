import { readFile } from 'node:fs/promises'
import { problem } from './doors.ts'
import { pages } from './layout.ts'

/** Where the stack shows the API reference. Hosted functions cannot serve HTML, so no function does. */
export const referencePath = '/docs/api.html'

export async function showReference(): Promise<Response> {
  const page = await readFile(pages.reference).catch(() => undefined)
  if (!page) return problem(404, 'not_found', 'There is no docs/api.html: `npm run reference` makes it.')
  return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } })
}
