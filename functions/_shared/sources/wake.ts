import type { Pool } from 'pg'
import { log } from '../http/log.ts'
import { publicUrl } from '../http/public-url.ts'
import { callSpan } from '../http/trace.ts'
import { ownSecretKey } from '../oauth/require-operator.ts'
import { runSources, type SourcesReport } from './run-sources.ts'

interface Runtime {
  EdgeRuntime?: { waitUntil(work: Promise<unknown>): void }
}

/** The clock's job: queues what is due, works for a slice, and has what is left taken up at once. */
export async function runSourcesJob(pool: Pool): Promise<SourcesReport> {
  const report = await runSources(pool)
  if (report.more) callNextSlice()
  return report
}

/** Works in the background of a request that is answered already; an unfinished run gets its next slice at once. */
export function workInBackground(pool: Pool): void {
  inBackground(
    runSources(pool, { schedules: false }).then(({ more }) => {
      if (more) callNextSlice()
    }),
  )
}

/**
 * Calls the door for another slice: a request of its own, for each has 2 s of CPU. Nobody waits for it; should it get
 * lost, the clock takes the run up within the minute.
 */
export function callNextSlice(): void {
  const key = ownSecretKey()
  if (!key) return
  const url = `${publicUrl()}/sources/work`
  const span = callSpan('POST', url)
  const call = fetch(url, {
    method: 'POST',
    headers: { ...span.headers, apikey: key },
    signal: AbortSignal.timeout(10_000),
  })
  inBackground(call.then((answer) => {
    span.end(answer.status)
    return answer.body?.cancel()
  }))
}

function inBackground(work: Promise<unknown>): void {
  const watched = work.catch((error: Error) =>
    log('warn', 'sources_background_failed', { message: error.message })
  )
  ;(globalThis as Runtime).EdgeRuntime?.waitUntil(watched)
}
