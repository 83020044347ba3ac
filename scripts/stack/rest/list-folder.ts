/** A row of storage.objects, as the library lists it. */
interface Entry {
  id: string
  name: string
  updated_at: string
  created_at: string
  last_accessed_at: string
  metadata: Record<string, unknown>
}

interface Search {
  prefix?: string
  limit?: number
  offset?: number
  search?: string
  sortBy?: { column?: string; order?: string }
}

type Listed = Omit<Entry, 'id' | 'updated_at' | 'created_at' | 'last_accessed_at' | 'metadata'> & {
  id: string | null
  updated_at: string | null
  created_at: string | null
  last_accessed_at: string | null
  metadata: Record<string, unknown> | null
}

/**
 * One folder, as hosted Storage lists it: names within the folder, folders first named once and without an id. The
 * library lists every object below it under its whole name, so it is asked for all of them.
 */
export async function listFolder(
  request: Request,
  library: (request: Request) => Promise<Response>,
): Promise<Response> {
  const { prefix = '', limit = 100, offset = 0, search = '', sortBy } = await request.json() as Search
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  const response = await library(
    new Request(request.url, {
      method: 'POST',
      headers: without(request.headers, 'content-length'),
      body: JSON.stringify({ prefix: folder }),
    }),
  )
  if (!response.ok) return response
  const entries = await response.json() as Entry[]
  const listed = entriesOf(entries, folder).filter(({ name }) =>
    name.toLowerCase().startsWith(search.toLowerCase())
  )
  const column = (sortBy?.column ?? 'name') as 'name' | 'created_at' | 'updated_at' | 'last_accessed_at'
  const direction = sortBy?.order === 'desc' ? -1 : 1
  const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0
  listed.sort((one, other) => direction * compare(one[column] ?? '', other[column] ?? ''))
  return Response.json(listed.slice(offset, offset + limit), {
    headers: without(response.headers, 'content-length'),
  })
}

function entriesOf(entries: Entry[], folder: string): Listed[] {
  const found = new Map<string, Listed>()
  for (const { id, name, updated_at, created_at, last_accessed_at, metadata } of entries) {
    const [first, ...rest] = name.slice(folder.length).split('/') as [string, ...string[]]
    if (rest.length === 0) {
      found.set(first, { name: first, id, updated_at, created_at, last_accessed_at, metadata })
    } else {
      const nothing = { id: null, updated_at: null, created_at: null, last_accessed_at: null, metadata: null }
      found.set(first, { name: first, ...nothing })
    }
  }
  return [...found.values()]
}

function without(headers: Headers, name: string): Headers {
  const rest = new Headers(headers)
  rest.delete(name)
  return rest
}
