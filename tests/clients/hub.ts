import assert from 'node:assert/strict'
import process from 'node:process'

/** The stack that .ci/clients started, as its client `partner_all` (profile dd2, all offices, no grants) sees it. */
export const functionsUrl = process.env.FUNCTIONS_URL!
export const odataUrl = `${functionsUrl}/odata`
export const headers = { Authorization: `Bearer ${process.env.TOKEN}` }

export type Row = Record<string, unknown>

/** What a plain request says: the other opinion on what a client made of an answer. */
export async function ask(path: string): Promise<{ value: Row[]; '@odata.count': number }> {
  const response = await fetch(`${odataUrl}/${path}`, { headers })
  assert.equal(response.status, 200, path)
  return await response.json()
}

export async function countOf(resource: string, filter = ''): Promise<number> {
  const { '@odata.count': count } = await ask(
    `${resource}?$top=0&$count=true${filter && `&$filter=${encodeURIComponent(filter)}`}`,
  )
  assert.ok(count > 0, `the demo brokerage has ${resource} ${filter}`)
  return count
}

/** The same query without a client's help, so that orders and values can be compared. */
export async function keysOf(query: string): Promise<string[]> {
  return (await ask(query)).value.map(({ ListingKey }) => ListingKey as string)
}
