import { HubError } from './errors.ts'

export interface ConcurrencyOptions {
  /** Pieces of work under way at a time. */
  most: number
  /** How long a piece waits before it may begin, in milliseconds. */
  waitMs: number
}

export type LimitedRun = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * Lets so many pieces of work go on at a time in this isolate; the rest waits in order of arrival. For work whose
 * memory adds up: who waits holds next to nothing, as long as the body of the request is read in its turn.
 *
 * @throws HubError busy (503) with Retry-After, for a caller whose turn has not come in time
 */
export function limitConcurrency({ most, waitMs }: ConcurrencyOptions): LimitedRun {
  let free = most
  const waiting = new Set<() => void>()

  const enter = (): Promise<void> => {
    if (free > 0) {
      free--
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(admit)
        reject(new HubError('busy', undefined, { headers: { 'Retry-After': '5' } }))
      }, waitMs)
      const admit = () => {
        clearTimeout(timer)
        resolve()
      }
      waiting.add(admit)
    })
  }

  /** Hands the place on, or gives it back. */
  const leave = () => {
    const [next] = waiting
    if (!next) return void free++
    waiting.delete(next)
    next()
  }

  return async (work) => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
