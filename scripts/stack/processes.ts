import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { repository } from './layout.ts'
import { StackError } from './stack-error.ts'

/** True while a process with this id exists, whoever owns it. A zombie nobody has waited for counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const stat = `/proc/${pid}/stat`
  return !(existsSync(stat) && / Z /.test(readFileSync(stat, 'utf8')))
}

/**
 * The command a process was started with, '' when there is none. After a crash a pid file may name a process
 * that has nothing to do with us (in a container the same numbers come back): look before you signal.
 */
export function commandLine(pid: number): string {
  if (existsSync('/proc/self/cmdline')) {
    const file = `/proc/${pid}/cmdline`
    return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ').trim() : ''
  }
  return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout?.trim() ?? ''
}

/** Id of the parent of a process, 0 when there is no such process. */
export function parentOf(pid: number): number {
  if (existsSync('/proc/self/stat')) {
    const file = `/proc/${pid}/stat`
    // "pid (name) state parent ...", and a name may hold blanks and parentheses
    return existsSync(file) ? Number(/\) \S (\d+)[^)]*$/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) : 0
  }
  return Number(spawnSync('ps', ['-p', String(pid), '-o', 'ppid='], { encoding: 'utf8' }).stdout?.trim() || 0)
}

/** Sends a signal; a process that is already gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits until the process is gone; false when it is still there after `milliseconds`. */
export async function waitForExit(pid: number, milliseconds: number): Promise<boolean> {
  for (let waited = 0; isAlive(pid); waited += 25) {
    if (waited >= milliseconds) return false
    await sleep(25)
  }
  return true
}

/**
 * The Deno executable itself, not npm's launcher of it: the launcher (used where install scripts are disabled)
 * passes no signals on, so that stopping it would leave Deno behind.
 */
export function denoExecutable(): string {
  if ('Deno' in globalThis) return process.execPath
  const name = process.platform === 'win32' ? 'deno.exe' : 'deno'
  const platforms = join(repository, 'node_modules/@deno')
  const packages = existsSync(platforms)
    ? readdirSync(platforms).map((folder) => join(platforms, folder))
    : []
  const found = packages.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (!found) {
    throw new StackError('Deno is not installed: run `npm ci`, without leaving out optional packages.')
  }
  return found
}
