import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const memory = '/dev/shm'
const prefix = 'mls-test-'
/** A run keeps some three gigabytes at most: databases come and go. */
const enough = 6 * 1024 ** 3

/**
 * Lets temporary folders of the run, those of its databases above all, lie in memory where the system offers that and has
 * room. A database is thirteen hundred files, and ext4 gives no inode away that was freed a minute ago, but looks at each
 * of them again: making one took 600 ms of CPU, and takes 50 there. A TMPDIR that is set stays, and the long tier, which
 * nobody has measured, stays on disk.
 */
export function keepScratchInMemory(): void {
  if (process.env.TMPDIR || process.env.MLS_TEST_LONG || !isRoomy()) return
  sweep()
  const folder = join(memory, `${prefix}${process.pid}`)
  mkdirSync(folder)
  chmodSync(folder, 0o1777) // a server started by root runs as another account
  process.env.TMPDIR = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
}

/** Programs must run from there as well: a server whose packages its account cannot read is copied. */
function isRoomy(): boolean {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8').split('\n').find((line) =>
      line.split(' ')[1] === memory
    )
    if (!mount || /\bnoexec\b|\bro\b/.test(mount.split(' ')[3]!)) return false
    const { bavail, bsize } = statfsSync(memory)
    // the folder may promise more than the container has
    return Math.min(bavail * bsize, process.availableMemory?.() ?? freemem()) > enough
  } catch {
    return false // another system than Linux
  }
}

/** Removes what runs that were killed have left. */
function sweep(): void {
  for (const name of readdirSync(memory).filter((name) => name.startsWith(prefix))) {
    if (!isAlive(Number(name.slice(prefix.length)))) {
      rmSync(join(memory, name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
