import { DeliveryFailure } from '../../delivery/failure.ts'
import type { Json } from '../../delivery/json.ts'
import { exchange } from '../../delivery/send.ts'
import { BrokenAnswer } from '../../delivery/wire.ts'
import { SourceFailure } from '../failure.ts'
import { maxFileBytes } from '../file-store.ts'
import { describeFormat, detectFormat } from '../files/detect.ts'
import type { FileFormat } from '../files/format.ts'
import { type FilePlace, readItems } from '../files/read-items.ts'
import type { SourceRecord } from '../mapping/pick.ts'
import type { Page, Work } from '../types.ts'
import { refuseStatus, refuseTrouble, sameHost } from '../upstream.ts'
import { type FileCredentials, type FileSettings, headersOf } from './settings.ts'

export interface FileRaw {
  records: SourceRecord[]
  rough: number[]
  format: Pick<FileFormat, 'decimal' | 'dates'>
  description?: string
}

/** What a run remembers of its file from slice to slice. */
interface Memory {
  file: string
  format: FileFormat
}

type FileWork = Work<FileSettings, FileCredentials>

/** The next records of the file of this run: the one that was sent, or one fetched now. */
export async function readFilePage(
  work: FileWork,
  place: Json,
  memory: Json | undefined,
  limit: number,
): Promise<Page<FileRaw>> {
  let known = memory as unknown as Memory | undefined
  let at = place as unknown as FilePlace | null
  if (!known || !at) {
    const file = await fileOf(work)
    if (!file) {
      return { raw: { records: [], rough: [], format: { decimal: '.', dates: 'ymd' } }, unchanged: true }
    }
    const head = await work.files.read(file.id, 0, 512 * 1024)
    const { start, ...format } = detectFormat(head, work.source.settings)
    known = { file: file.id, format }
    at = { offset: start, inside: false }
  }
  const { file, format } = known
  const page = await readItems((offset, length) => work.files.read(file, offset, length), format, at, limit)
  return {
    raw: { records: page.records, rough: page.rough, format, description: describeFormat(format) },
    next: page.next as unknown as Json | undefined,
    memory: known as unknown as Json,
    mark: page.next ? undefined : new Date().toISOString(),
  }
}

async function fileOf(work: FileWork): Promise<{ id: string } | undefined> {
  const waiting = await work.files.take()
  if (waiting) return waiting
  const { url } = work.source.settings
  if (url === undefined) {
    throw new SourceFailure(
      'no_file',
      'failed',
      'No file waits to be read. Send one with POST /sources/{id}/files, or give the source a url.',
    )
  }
  return await download(work, url)
}

async function download(work: FileWork, url: string): Promise<{ id: string } | undefined> {
  // a person who starts a run wants the file to be read, whatever it was before
  const last = work.run.trigger === 'schedule' ? await work.files.last() : null
  const conditions: Record<string, string> = {
    ...last?.etag && { 'If-None-Match': last.etag },
    ...last?.last_modified && { 'If-Modified-Since': last.last_modified },
  }
  let address = url
  for (let hop = 0; hop < 4; hop++) {
    const addresses = await work.upstream.admit(address)
    const { status, headers, content } = await exchange({
      method: 'GET',
      url: address,
      headers: { ...headersOf(work), ...conditions, Accept: '*/*' },
      timeoutMs: 100_000,
      maxBytes: maxFileBytes,
      addresses,
    }, (response) => store(work, response))
    work.upstream.note(headers, content.bytes)
    if (status === 304) return undefined
    const location = headers.get('Location')
    if (status >= 300 && status < 400 && location) {
      address = sameHost(location, address)
      continue
    }
    refuseTrouble({ status, headers })
    refuseStatus({ status, text: () => content.text }, 'the file')
    if (content.error) throw content.error
    return content.file
  }
  throw new SourceFailure('refused', 'failed', `${new URL(url).host} redirects in circles.`)
}

interface Stored {
  file?: { id: string; bytes: number }
  bytes: number
  text: string
  error?: unknown
}

/** Keeps the body in parts. What goes wrong on our side must not look like the other side's connection. */
async function store(work: FileWork, response: Response): Promise<Stored> {
  if (response.status !== 200 || !response.body) {
    const text = (await response.text().catch(() => '')).slice(0, 1_000)
    return { bytes: text.length, text }
  }
  const name = decodeURIComponent(new URL(response.url).pathname.split('/').at(-1) || 'file')
  try {
    const file = await work.files.keep(name, response.body, {
      etag: response.headers.get('ETag') ?? undefined,
      last_modified: response.headers.get('Last-Modified') ?? undefined,
    })
    return { file, bytes: file?.bytes ?? 0, text: '' }
  } catch (error) {
    const isTheirs = error instanceof DeliveryFailure || error instanceof BrokenAnswer
    if (isTheirs || (error as Error).name === 'AbortError' || error instanceof TypeError) throw error
    return { bytes: 0, text: '', error }
  }
}
