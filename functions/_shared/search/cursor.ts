/** The opaque `cursor`: where a page ended, signed together with the caller and the search that it belongs to. */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { HubError } from '../http/errors.ts'
import { skiptokenKey } from '../odata/sql/skiptoken-key.ts'
import type { SearchInput } from './input.ts'
import type { Since } from './moves.ts'

/** The piece of the order that the page ended in, the sort value of its last row, and that row's insertion number. */
export type Mark = [piece: number, value: string | null, seq: string]

/** Where a walk stands: the mark, the stamp that the page had seen which ended there, and what the first page saw. */
export interface Opened {
  mark: Mark
  seen: bigint
  since?: Since
  /** Nothing comes behind the first piece of the order: when the walk began, each listing had a price, or a place. */
  isOnePiece?: boolean
}

/** Members that may change from page to page: how much is wanted, and what beside the listings. */
const free = ['cursor', 'limit', 'include', 'select', 'zoom']

export async function sealCursor(
  { mark, seen, since, isOnePiece }: Opened,
  input: SearchInput,
  caller: string,
): Promise<string> {
  const payload = Buffer.from(JSON.stringify([...mark, String(seen), since, isOnePiece])).toString(
    'base64url',
  )
  return `${payload}.${await signature(payload, input, caller)}`
}

/** @throws HubError invalid_parameter (400) */
export async function openCursor(input: SearchInput, caller: string): Promise<Opened | undefined> {
  if (input.cursor === undefined) return undefined
  const [payload = '', sealed = '', ...rest] = input.cursor.split('.')
  if (rest.length > 0 || !isEqual(sealed, await signature(payload, input, caller))) {
    throw new HubError(
      'invalid_parameter',
      'The cursor does not belong to this search and caller: send it with the same parameters, or start again.',
      { target: 'cursor' },
    )
  }
  const [piece, value, seq, seen, since, isOnePiece] = JSON.parse(
    Buffer.from(payload, 'base64url').toString(),
  ) as [
    ...Mark,
    string,
    Since | null,
    boolean | null,
  ]
  return {
    mark: [piece, value, seq],
    seen: BigInt(seen),
    since: since ?? undefined,
    isOnePiece: isOnePiece ?? undefined,
  }
}

async function signature(payload: string, input: SearchInput, caller: string): Promise<string> {
  const asked = Object.entries(input).filter(([name, value]) => !free.includes(name) && value !== undefined)
    .toSorted(([a], [b]) => a < b ? -1 : 1)
  return createHmac('sha256', await skiptokenKey()).update(JSON.stringify(['search', payload, caller, asked]))
    .digest('base64url').slice(0, 22)
}

/** Takes the same time wherever the texts differ. */
function isEqual(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
