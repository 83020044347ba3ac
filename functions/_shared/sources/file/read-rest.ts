import type { Json } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import { detectFormat } from '../files/detect.ts'
import { findJsonItems, readJsonItems } from '../files/json-items.ts'
import { decodeWindow } from '../files/encoding.ts'
import { isNothing, pick, type SourceRecord } from '../mapping/pick.ts'
import type { Page, Work } from '../types.ts'
import { refuseStatus, sameHost } from '../upstream.ts'
import { type FileCredentials, type FileSettings, headersOf } from './settings.ts'
import type { FileRaw } from './read.ts'

/** A page of a service that answers JSON and names the address of its next page. */
export async function readRestPage(
  work: Work<FileSettings, FileCredentials>,
  place: Json,
): Promise<Page<FileRaw>> {
  const { settings } = work.source
  const url = typeof place === 'string' ? place : settings.url!
  const answer = await work.upstream.send({
    url,
    headers: { ...headersOf(work), Accept: 'application/json' },
  })
  refuseStatus(answer, 'a page')
  const { start, ...format } = detectFormat(answer.bytes, settings)
  const text = decodeWindow(answer.bytes.subarray(start), format.encoding, true)
  const first = findJsonItems(text, format.items_path ?? '')
  const { items, done } = first === undefined
    ? { items: [], done: false }
    : readJsonItems(text.slice(first), Infinity)
  if (!done) throw new SourceFailure('invalid_answer', 'retry', 'A page ends in the middle of its list.')
  const next = pick(JSON.parse(text) as SourceRecord, settings.next_path!).value
  return {
    raw: {
      records: items as SourceRecord[],
      rough: [],
      format,
      description: `JSON in pages, records at ${format.items_path || 'the top'}`,
    },
    ...(isNothing(next) ? { mark: new Date().toISOString() } : { next: following(String(next), url) }),
  }
}

function following(next: string, url: string): string {
  const address = sameHost(next, url)
  if (address === url) {
    throw new SourceFailure('invalid_answer', 'failed', 'A page names itself as the next one.')
  }
  return address
}
