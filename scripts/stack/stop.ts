import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openPostgresHome } from './postgres/home.ts'
import { stopStray } from './postgres/server.ts'
import { signal, waitForExit } from './processes.ts'
import { findRunning, releaseData } from './running.ts'
import { StackError } from './stack-error.ts'

/** Ends the stack of a data folder, and whatever one that was killed may have left. */
export async function stopStack(data: string): Promise<number> {
  const running = findRunning(data)
  if (running) {
    signal(running.pid, 'SIGTERM')
    if (!await waitForExit(running.pid, 30_000)) {
      throw new StackError(
        `The stack (process ${running.pid}) does not stop. Its last words are above, or in ${data}.`,
      )
    }
  }
  if (existsSync(data)) {
    await stopStray(join(openPostgresHome(data), 'postgres'))
    releaseData(data)
  }
  console.log(running ? 'Stopped.' : 'The stack was not running.')
  return 0
}
