import type { Pool } from 'pg'
import { describeError, log } from '../http/log.ts'
import type { JsonObject } from '../delivery/json.ts'
import { SourceFailure, toSourceFailure } from './failure.ts'
import { fileStore } from './file-store.ts'
import type { Storage } from '../media/storage.ts'
import { askingForAddresses } from './fresh-addresses.ts'
import { keepPictures } from './keep-pictures.ts'
import type { AnyProvider } from './provider.ts'
import { providerOf } from './providers.ts'
import {
  keepSession,
  leaseSeconds,
  releaseRun,
  type SavedBatch,
  type SavedPage,
  savePage,
  takeRequest,
  unknownKeys,
} from './queue.ts'
import { Effort } from './effort.ts'
import { redact } from './redact.ts'
import { rowsOf } from './rows.ts'
import { keepSpelling } from './spelling.ts'
import type { Batch, Connection, Order, Page, RunCursor, Stage, Work } from './types.ts'
import { Upstream } from './upstream.ts'

export interface SliceOptions {
  /** Wall time: hosted functions live 150 s, and the clock's caller waits 60. */
  milliseconds: number
  /** Records per slice. */
  records: number
  /** Of the 2 s of CPU that a hosted request has (see Effort): a thousand records take 200 to 600 ms, by their width. */
  cpuMilliseconds: number
  /** Of the request, where it works on several runs. */
  effort?: Effort
  /** Records per page: what a transaction merges. */
  page: number
  leaseSeconds: number
  /** Bytes of pictures that come inside the answers, per slice: some 15 ms of CPU a megabyte. */
  pictureBytes: number
  /** For tests; else that of the project, opened where a page brings pictures. */
  storage?: Storage
}

export const sliceDefaults: SliceOptions = {
  milliseconds: 45_000,
  records: 3_000,
  cpuMilliseconds: 1_200,
  page: 500,
  leaseSeconds,
  pictureBytes: 80 * 1024 * 1024,
}

export interface SliceReport {
  run_id: string
  source: string
  mode: string
  /** `unfinished`: the budget was spent. */
  outcome: 'finished' | 'refused' | 'cancelled' | 'unfinished' | 'lost' | SourceFailure['fate']
  pages: number
  records: number
}

/** Works on a claimed run until it ends, its budget is spent, or something is in the way; gives it back in every case. */
export async function runSlice(
  pool: Pool,
  order: Order,
  given: Partial<SliceOptions> = {},
): Promise<SliceReport> {
  const options = { ...sliceDefaults, ...given }
  const until = performance.now() + options.milliseconds
  const effort = options.effort ?? new Effort()
  const upstream = new Upstream({
    permit: () => takeRequest(pool, order),
    plainHosts: order.hosts,
    patience: 5,
  })
  const report: SliceReport = {
    run_id: order.run.id,
    source: order.source.code,
    mode: order.run.mode,
    outcome: 'unfinished',
    pages: 0,
    records: 0,
  }
  let connection: Connection<unknown> | undefined
  let [rows, pictureBytes] = [0, 0]
  const session = () => {
    const kept = connection?.session?.()
    return kept === undefined ? {} : { session: kept as JsonObject | null }
  }
  try {
    const provider = providerOf(order.source.provider)
    const work = workOn(pool, order, upstream, effort)
    const opened: Connection<unknown> = await provider.connect(work)
    connection = order.run.mode === 'MEDIA' ? askingForAddresses(pool, order, opened) : opened
    let cursor = await begun(order, connection)
    for (;;) {
      const stage = cursor.plan[cursor.at]
      const page = stage ? await connection.read(stage, cursor.place, cursor.memory, options.page) : undefined
      const step = stage && page ? nextCursor(cursor, page) : { cursor, isDone: true, isLast: true }
      const isRead = stage !== undefined && page !== undefined && !page.unchanged
      const batches = isRead ? effort.time(() => connection!.map(stage, page.raw)) : []
      const records = stage ? countOf(batches, stage) : 0
      const ready = effort.time(() => batches.map((batch) => saved(batch, stage!, order, provider)))
      if (provider.keepsSpelling) {
        for (const { resource, rows } of ready) await keepSpelling(pool, resource, rows)
      }
      const pictures = page?.pictures && await keepPictures(pool, order, page.pictures, options.storage)
      pictureBytes += page?.pictures?.reduce((sum, { picture }) => sum + picture.bytes.length, 0) ?? 0
      const used = upstream.used()
      effort.noteRead(used.bytes)
      const text = effort.time(() =>
        JSON.stringify(
          {
            stage: stage?.name ?? 'finish',
            batches: [
              ...ready,
              ...(isRead && connection!.mapAside?.(stage, page.raw)) || [],
            ],
            cursor: step.cursor,
            records,
            expected: page?.expected,
            ...used,
            errors: page?.errors?.map((error) => ({
              ...error,
              message: redact(error.message, order.credentials, order.session),
            })),
            ...(pictures && { pictures }),
            ...session(),
            ...(stage && step.isDone && !page!.unchanged && { finished: finishOf(stage, cursor, page!) }),
            last: step.isLast,
            lease_seconds: options.leaseSeconds,
          } satisfies SavedPage,
        )
      )
      effort.noteSent(text.length)
      const answer = await savePage(pool, order, text)
      if (!answer.saved) return { ...report, outcome: 'lost' }
      report.pages++
      report.records += records
      if (answer.status !== 'running') return { ...report, outcome: answer.status! }
      cursor = step.cursor
      rows += batches.reduce((sum, batch) => sum + batch.records.length, 0)
      const hasRoom = effort.hasRoom(options.cpuMilliseconds)
      const isSpent = !hasRoom || rows >= options.records || pictureBytes >= options.pictureBytes
      if (isSpent || performance.now() >= until || answer.delta_due) {
        const released = await releaseRun(pool, order, {
          outcome: 'waiting',
          ...upstream.used(),
          ...session(),
        })
        return { ...report, outcome: released ? 'unfinished' : 'lost' }
      }
    }
  } catch (error) {
    const failure = toSourceFailure(error)
    if (failure.code === 'internal_error') {
      log('error', 'source_slice_failed', { run_id: order.run.id, cause: describeError(error) })
    }
    return { ...report, outcome: await giveUp(pool, order, failure, { ...upstream.used(), ...session() }) }
  } finally {
    await connection?.close?.().catch(() => undefined)
    upstream.close()
  }
}

/** An order with all that a provider may use. */
export function workOn(pool: Pool, order: Order, upstream: Upstream, effort = new Effort()): Work {
  const files = fileStore(pool, order)
  return {
    ...order,
    upstream,
    effort,
    files: {
      ...files,
      async read(id, offset, length) {
        const bytes = await files.read(id, offset, length)
        effort.noteRead(bytes.length)
        return bytes
      },
    },
    unknownKeys: (resource, keys) => unknownKeys(pool, order, resource, keys),
    async keepSession(session) {
      if (await keepSession(pool, order, session)) return
      throw new SourceFailure('lease_lost', 'lost', 'Another worker has taken the run.')
    },
  }
}

async function giveUp(
  pool: Pool,
  order: Order,
  failure: SourceFailure,
  used: { requests: number; bytes: number; session?: JsonObject | null },
) {
  if (failure.fate === 'lost') return 'lost'
  const { code } = failure
  const message = redact(failure.message, order.credentials, order.session, used.session)
  log('warn', 'source_slice_ended', {
    run_id: order.run.id,
    source: order.source.code,
    code,
    fate: failure.fate,
  })
  const outcome = failure.fate === 'wait' ? 'waiting' : failure.fate
  const released = await releaseRun(pool, order, {
    outcome,
    code,
    message,
    wait_seconds: failure.waitSeconds,
    ...used,
  })
  return released ? failure.fate : 'lost'
}

async function begun(order: Order, connection: Connection<unknown>): Promise<RunCursor> {
  const { cursor, mode } = order.run
  if ('plan' in cursor) return cursor as RunCursor
  if (mode === 'PROBE') throw new Error('A probe has no slices.')
  const plan = await connection.plan(mode === 'FULL' ? 'FULL' : 'DELTA')
  return { plan, at: 0, place: null, incomplete: [] }
}

function nextCursor(cursor: RunCursor, page: Page<unknown>) {
  const isDone = page.next === undefined
  const incomplete = [...new Set([...cursor.incomplete, ...(page.incomplete ?? [])])]
  const at = isDone ? cursor.at + 1 : cursor.at
  return {
    cursor: {
      plan: cursor.plan,
      at,
      place: page.next ?? null,
      incomplete: isDone ? [] : incomplete,
      memory: page.memory ?? cursor.memory,
    },
    isDone,
    isLast: isDone && at >= cursor.plan.length,
  }
}

function finishOf(stage: Stage, cursor: RunCursor, page: Page<unknown>) {
  return {
    name: stage.mark ?? stage.name,
    as: stage.as ?? stage.name,
    resources: [...stage.resources, ...stage.along ?? []],
    full: stage.kind === 'delta' ? [] : stage.resources,
    incomplete: [...cursor.incomplete, ...(page.incomplete ?? [])],
    mark: page.mark ?? null,
  }
}

function countOf(batches: Batch[], stage: Stage): number {
  const first = batches.filter(({ resource }) => resource === stage.resources[0])
  return first.reduce(
    (sum, { records, keys }) => sum + (stage.kind === 'keys' ? keys?.length ?? 0 : records.length),
    0,
  )
}

function saved(batch: Batch, stage: Stage, { source }: Order, provider: AnyProvider): SavedBatch {
  const { resource, keys, gone, whole } = batch
  return {
    resource,
    full: stage.kind !== 'delta' && stage.resources.includes(resource),
    rows: rowsOf(batch, source, provider),
    ...(keys && { keys }),
    ...(gone && { gone }),
    ...(whole && { whole }),
  }
}
