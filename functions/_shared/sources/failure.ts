import { DeliveryFailure } from '../delivery/failure.ts'
import { storableText } from '../gold/storable-text.ts'
import { FileFault } from './files/format.ts'

/** Why a source could not be read. Closed: runs, alerts and errors carry these codes. */
export type SourceFailureCode =
  | 'timeout'
  | 'connection'
  | 'rate_limited'
  | 'server_error'
  | 'unauthorized'
  | 'refused'
  | 'invalid_answer'
  | 'answer_too_large'
  | 'address_refused'
  | 'not_configured'
  | 'unreadable_file'
  | 'record_too_large'
  | 'unsupported_archive'
  | 'no_file'
  | 'run_open'
  | 'lease_lost'
  | 'internal_error'

/**
 * What the engine does about a failure:
 *   wait          nothing is wrong: go on when the time has come
 *   retry         with growing pauses; the source's circuit counts
 *   failed        the run ends: doing the same again would end the same
 *   unauthorized  the run ends and the source pauses: accounts get locked
 *   lost          another worker has the run; nothing is said
 */
export type FailureFate = 'wait' | 'retry' | 'failed' | 'unauthorized' | 'lost'

export class SourceFailure extends Error {
  constructor(
    readonly code: SourceFailureCode,
    readonly fate: FailureFate,
    message: string,
    readonly waitSeconds?: number,
    options?: ErrorOptions,
  ) {
    // it quotes what the source said, and is kept
    super(storableText(message), options)
    this.name = 'SourceFailure'
  }
}

/** Anything thrown, as a failure. What we did not foresee is tried again: it may be the state of the moment. */
export function toSourceFailure(error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error
  if (error instanceof FileFault) return new SourceFailure(error.code, 'failed', error.message)
  if (error instanceof DeliveryFailure) {
    const fate = error.code === 'address_refused' ? 'failed' : 'retry'
    return new SourceFailure(error.code as SourceFailureCode, fate, error.message, error.retryAfterSeconds)
  }
  const state = (error as { code?: unknown }).code
  const message = error instanceof Error ? error.message : String(error)
  if (state === 'MLSRO') return new SourceFailure('run_open', 'wait', message, 60)
  return new SourceFailure(
    'internal_error',
    'retry',
    'The hub failed to take what was read; see its log.',
    undefined,
    { cause: error },
  )
}
