import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '../http/log.ts'

const mostTries = 4

/**
 * Runs again what has lost a deadlock. Postgres has undone the whole of it, and lets the other one through; so `work` is one
 * statement or one transaction, and nothing that was told to anybody else.
 *
 * @throws what `work` throws, a fourth deadlock included
 */
export async function againAfterDeadlock<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1;; tries++) {
    try {
      return await work()
    } catch (error) {
      if ((error as { code?: unknown }).code !== '40P01' || tries === mostTries) throw error
      log('info', 'deadlock_lost', { tries })
      await sleep(tries * 20)
    }
  }
}
