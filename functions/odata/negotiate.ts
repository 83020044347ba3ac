/** Content negotiation: which representation, how large a page. */
import { parseAccept } from 'hono/utils/accept'
import { HubError } from '../_shared/http/errors.ts'
import type { ClientContext } from '../_shared/oauth/client-context.ts'
import type { Notation } from '../_shared/odata/plan/notation.ts'

export type MetadataLevel = 'none' | 'minimal' | 'full'
export interface Representation {
  type: 'json' | 'xml'
  level: MetadataLevel
  /** IEEE754Compatible=true. */
  numbersAsText: boolean
}

const levels: readonly MetadataLevel[] = ['none', 'minimal', 'full']

const shorthands: Record<string, string> = {
  json: 'application/json',
  xml: 'application/xml',
}

/**
 * Chooses among `offered` by $format, else by Accept.
 *
 * @throws HubError not_acceptable (406)
 */
export function negotiateFormat(
  headers: Headers,
  format: string | undefined,
  offered: readonly Representation['type'][],
): Representation {
  for (const range of ranges(wanted(headers, format))) {
    const found = offered.find((type) => matches(range.type, type))
    if (!found) continue
    const level = levels.find((level) => level === range.metadata) ?? 'minimal'
    return { type: found, level, numbersAsText: range.numbersAsText }
  }
  const types = offered.map((type) => `application/${type}`).join(' or ')
  throw new HubError('not_acceptable', `Only ${types} can be produced here.`, {
    target: format === undefined ? 'Accept' : '$format',
  })
}

/** Whether a representation is among those that the client takes. */
export function accepts(headers: Headers, format: string | undefined, type: Representation['type']): boolean {
  return ranges(wanted(headers, format)).some((range) => matches(range.type, type))
}

function wanted(headers: Headers, format: string | undefined): string {
  // an empty header says nothing
  if (format === undefined) return headers.get('Accept')?.trim() || '*/*'
  return format.replace(/^[a-z]+(?=$|;)/i, (name) => shorthands[name.toLowerCase()] ?? name)
}

/** The media ranges of an Accept header, best first. */
function ranges(header: string): { type: string; metadata?: string; numbersAsText: boolean }[] {
  return parseAccept(header.toLowerCase()).filter(({ q }) => q > 0).map(({ type, params }) => ({
    type,
    metadata: params['odata.metadata'] ?? params.metadata,
    numbersAsText: params.ieee754compatible === 'true',
  }))
}

function matches(range: string, type: Representation['type']): boolean {
  return range === '*/*' || range === 'application/*' ||
    range === `application/${type}` ||
    (type === 'xml' && range === 'text/xml')
}

/** `Prefer: odata.maxpagesize=50`, or undefined. */
export function preferredPageSize(headers: Headers): number | undefined {
  const size = /(?:^|[,;]\s*)(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})"?/i.exec(headers.get('Prefer') ?? '')
    ?.[1]
  return size === undefined || Number(size) < 1 ? undefined : Number(size)
}

/** How this client gets its entities written. */
export function notationFor(
  { level, numbersAsText }: Pick<Representation, 'level' | 'numbersAsText'>,
  { stamps }: Pick<ClientContext, 'stamps'>,
): Notation {
  return {
    numbersAsText,
    isFull: level === 'full',
    isBare: level === 'none',
    stampsInMilliseconds: stamps === 'milliseconds',
  }
}
