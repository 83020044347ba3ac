import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { repository } from '../../scripts/stack/layout.ts'
import { denoExecutable } from '../../scripts/stack/processes.ts'

/**
 * Runs worker processes and kills each at a random moment, starting another in its place, until `done` says so.
 * Answers how many were killed.
 */
export async function runDoomedWorkers(
  job: 'deliveries' | 'webhooks' | 'sources',
  environment: Record<string, string>,
  done: () => Promise<boolean>,
  amount = 2,
  /** Milliseconds that a worker has from when it begins to work: on a busy machine it would die while it starts. */
  lives: readonly [number, number] = [1_000, 5_000],
  /** After so many the workers are left alone. */
  most = Infinity,
): Promise<number> {
  const program = join(repository, 'tests/support/delivery-worker.ts')
  const [shortest, longest] = lives
  let killed = 0
  let finished = false
  const live = async () => {
    while (!finished) {
      const child = spawn(denoExecutable(), ['run', '-A', '--quiet', program, job], {
        cwd: repository,
        env: { ...process.env, MLS_LOG_LEVEL: 'off', ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await Promise.race([begun(child), ended(child)])
      await Promise.race([lifetime(), ended(child)])
      if (!finished) killed++
      child.kill('SIGKILL')
      await ended(child)
    }
  }
  const lifetime = async () => {
    const until = killed >= most
      ? Infinity
      : performance.now() + shortest + Math.random() * (longest - shortest)
    while (performance.now() < until && !finished) await sleep(50)
  }
  const workers = Array.from({ length: amount }, live)
  while (!await done()) await sleep(250)
  finished = true
  await Promise.all(workers)
  return killed
}

/** Its first output. */
function begun(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout!.once('data', () => resolve()))
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
