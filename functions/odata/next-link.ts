import { queryParts } from '../_shared/odata/syntax/query-parts.ts'
import type { Call } from './call.ts'
import { sealSkiptoken, type Skiptoken } from './skiptoken.ts'

/** Longer ones may not arrive. */
const longest = 16_000

/**
 * The same request from where this page ended: its own parameters, $skip done and $skiptoken new. Absolute. A query that
 * was posted and is too long for an address goes on by POST with the same body.
 */
export async function nextLink(call: Call, token: Skiptoken): Promise<string> {
  const sealed = `$skiptoken=${await sealSkiptoken(call, token)}`
  const address = `${call.root}/${call.path}`
  const link = `${address}?${[...kept(call.query), sealed].join('&')}`
  if (call.postedTo === undefined || link.length <= longest) return link
  return `${address}/$query?${[...kept(call.postedTo), sealed].join('&')}`
}

function kept(query: string): string[] {
  return queryParts(query).filter(({ name }) => name !== '$skip' && name !== '$skiptoken').map(({ raw }) =>
    raw
  )
}
