/** Requests that make sense for each resource, and what comes back, from the dictionary. A test sends every one of them. */
import type { Resource } from '../reso/types.ts'
import type { Json } from './schemas.ts'

const etag = 'W/"1795253563298641"'

/** The key of the record that the example shows. */
export function exampleKey({ key, example }: Resource): string | number {
  return example.record[key] as string | number
}

/** The page that the request for a list answers. */
export function pageExample(root: string, resource: Resource): Json {
  return {
    '@odata.context': `${root}/odata/$metadata#${resource.name}`,
    '@odata.count': 1,
    value: [recordExample(resource)],
  }
}

/** The record as a list holds it; read by its key it has an `@odata.context` beside. */
export function recordExample({ example }: Resource): Json {
  return tagged(example.record) as Json
}

/** Every record bears its tag, those that are expanded too. */
function tagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tagged)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, inner]) => [name, tagged(inner)])
  return { '@odata.etag': etag, ...Object.fromEntries(fields) }
}

/** Query options of the request for a list. */
export function listOptions({ example: { record, filter, orderby, expand } }: Resource): [string, string][] {
  const selected = Object.keys(record).filter((field) => !expand?.startsWith(`${field}(`))
  const options: [string, string | undefined][] = [
    ['$select', selected.join(',')],
    ['$filter', filter],
    ['$orderby', orderby],
    ['$expand', expand],
    ['$top', '1'],
    ['$count', 'true'],
  ]
  return options.filter((option): option is [string, string] => option[1] !== undefined)
}
