import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { HubError } from '../http/errors.ts'
import { unpacked } from './files/unpack.ts'
import type { FileStore, Order } from './types.ts'

/** Unpacked; a snapshot of a large MLS has some 200 MB. */
export const maxFileBytes = 256 * 1024 * 1024
export const partBytes = 1024 * 1024

export interface KeptFile {
  id: string
  name: string
  bytes: number
  sha256: string
  content_sha256: string
}

/**
 * Cuts a file into parts of 1 MiB as it arrives: never more than one of them is in memory. Nothing is parsed here; a
 * reader finds the edges of records by itself.
 *
 * @throws HubError payload_too_large (413), FileFault
 */
export async function keepParts(
  pool: Pool,
  sourceId: string,
  name: string,
  body: ReadableStream<Uint8Array>,
): Promise<KeptFile> {
  const { rows: [row] } = await pool.query<{ id: string }>('select mls.begin_source_file($1, $2) as id', [
    sourceId,
    name,
  ])
  const id = row!.id
  const sent = createHash('sha256')
  const content = createHash('sha256')
  const observed = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        sent.update(chunk)
        controller.enqueue(chunk)
      },
    }),
  )
  let part = new Uint8Array(partBytes)
  let filled = 0
  let number = 0
  const put = async () => {
    await pool.query('insert into mls.source_file_parts (file_id, part, content) values ($1, $2, $3)', [
      id,
      number++,
      part.subarray(0, filled),
    ])
    part = new Uint8Array(partBytes)
    filled = 0
  }
  try {
    for await (const chunk of unpacked(observed, refuseTooLarge)) {
      content.update(chunk)
      for (let at = 0; at < chunk.length;) {
        const taken = chunk.subarray(at, at + partBytes - filled)
        part.set(taken, filled)
        filled += taken.length
        at += taken.length
        if (filled === partBytes) await put()
      }
    }
    if (filled > 0) await put()
  } catch (error) {
    await pool.query('delete from public.mls_source_files where id = $1', [id])
    throw error
  }
  const bytes = number === 0 ? 0 : await sizeOf(pool, id)
  return { id, name, bytes, sha256: sent.digest('hex'), content_sha256: content.digest('hex') }
}

function refuseTooLarge(bytes: number): void {
  if (bytes <= maxFileBytes) return
  const most = maxFileBytes / 1024 / 1024
  throw new HubError(
    'payload_too_large',
    `The file has more than ${most} MiB (unpacked). Send it in several sources, or let the provider leave fields out.`,
  )
}

async function sizeOf(pool: Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    'select sum(length(content))::text as bytes from mls.source_file_parts where file_id = $1',
    [id],
  )
  return Number(rows[0]!.bytes)
}

/** The files of a run, for its provider. */
export function fileStore(pool: Pool, { run, source }: Order): FileStore {
  return {
    async take() {
      const { rows } = await pool.query('select mls.take_source_file($1, $2) as file', [
        run.id,
        run.lease_token,
      ])
      return rows[0].file
    },
    async read(id, offset, length) {
      const { rows } = await pool.query<{ bytes: Uint8Array | null }>(
        'select mls.read_source_file($1, $2, $3) as bytes',
        [id, offset, length],
      )
      return rows[0]!.bytes ?? new Uint8Array()
    },
    async keep(name, body, facts) {
      const file = await keepParts(pool, source.id, name, body)
      const isProbe = run.mode === 'PROBE'
      const { rows } = await pool.query<{ answer: { duplicate: boolean } }>(
        'select mls.finish_source_file($1, $2::jsonb) as answer',
        [
          file.id,
          JSON.stringify({ ...file, ...facts, run_id: run.id, again: run.trigger !== 'schedule' }),
        ],
      )
      return rows[0]!.answer.duplicate && !isProbe ? undefined : file
    },
    async last() {
      const { rows } = await pool.query('select mls.last_source_file($1) as file', [source.id])
      return rows[0].file
    },
  }
}

/** Forgets a file that was kept, with its parts. */
export async function dropFile(pool: Pool, id: string): Promise<void> {
  await pool.query('delete from public.mls_source_files where id = $1', [id])
}

/** Says what a file that has arrived is, and queues the FULL that reads it, unless its content was read already. */
export async function finishFile(
  pool: Pool,
  id: string,
  facts: object,
): Promise<{ file_id: string; sha256: string; duplicate: boolean }> {
  const { rows } = await pool.query('select mls.finish_source_file($1, $2::jsonb) as answer', [
    id,
    JSON.stringify(facts),
  ])
  return rows[0].answer
}
