import type { Call } from './call.ts'
import { queryParts, sealSkiptoken, type Skiptoken } from './skiptoken.ts'

/** The same request from where this page ended: its own parameters, $skip done and $skiptoken new. Absolute. */
export async function nextLink(call: Call, token: Skiptoken): Promise<string> {
  const kept = queryParts(call.query).filter(({ name }) => name !== '$skip' && name !== '$skiptoken').map((
    { raw },
  ) => raw)
  const address = `${call.root}/${call.path}?`
  return address +
    [...kept, `$skiptoken=${await sealSkiptoken(call, token)}`].join('&')
}
