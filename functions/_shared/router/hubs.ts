/** The hubs behind a router: each a project of its own, with markets of its own. */
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'

/** A hub, by the name that answers and errors give it. */
export interface RoutedHub {
  name: string
  /** Of its functions, without a trailing slash: `https://<project>.supabase.co/functions/v1`. */
  url: string
}

const nameForm = /^[a-z][a-z0-9-]{0,19}$/
/** A token of the router holds one of each hub, and headers of some 8 kB pass everywhere. */
export const mostHubs = 10

let read: { text: string; hubs: RoutedHub[] } | undefined

/**
 * The hubs of MLS_ROUTER_HUBS, in its order: `[{"name": "cy", "url": "https://..."}, ...]`.
 *
 * @throws HubError not_configured (503) where there are none, or the text is no such list
 */
export function routedHubs(): RoutedHub[] {
  const text = env('MLS_ROUTER_HUBS')
  if (text === undefined) throw unusable('it is not set: this project routes to no other')
  if (read?.text !== text) read = { text, hubs: hubsIn(text) }
  return read.hubs
}

function hubsIn(text: string): RoutedHub[] {
  const list = parsed(text)
  if (!Array.isArray(list) || list.length === 0 || list.length > mostHubs) {
    throw unusable(`it must be a list of 1 to ${mostHubs} hubs: [{"name": "cy", "url": "https://..."}]`)
  }
  const hubs = list.map((each, index): RoutedHub => {
    const { name, url } = (each ?? {}) as Partial<Record<'name' | 'url', unknown>>
    if (typeof name !== 'string' || !nameForm.test(name)) {
      throw unusable(`hub ${index + 1} has no name of small letters, digits and hyphens`)
    }
    if (typeof url !== 'string' || !/^https?:\/\/[^\s?#]+$/.test(url)) {
      throw unusable(`the url of ${name} must be the address of its functions: https://.../functions/v1`)
    }
    return { name, url: url.replace(/\/+$/, '') }
  })
  if (new Set(hubs.map(({ name }) => name)).size < hubs.length) throw unusable('two hubs have the same name')
  return hubs
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable('it is not JSON')
  }
}

function unusable(reason: string): HubError {
  return new HubError('not_configured', `MLS_ROUTER_HUBS is unusable: ${reason}.`)
}
