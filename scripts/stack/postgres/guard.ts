import { spawn } from 'node:child_process'
import process from 'node:process'

export interface Guard {
  /** The server to stop should we end without having stopped it. */
  watch(pid: number): void
  /** The server has been stopped. */
  release(): void
}

/**
 * It reads lines from a pipe whose other end only we hold; the last one names the server, or nothing. The end of
 * the pipe is our end, however that came: then it stops the server and deletes the folder, the latter twice,
 * because a database that is being made may still grow for a moment.
 */
const script = `
  while read -r line; do server=$line; done
  if [ -n "$server" ]; then
    kill -INT "$server"
    while kill -0 "$server"; do sleep 0.1; done
  fi
  [ -d "$1" ] || exit
  rm -rf "$1"
  sleep 2
  rm -rf "$1"
`

/** Starts a shell that outlives us by a moment, so that not even `kill -9` leaves a server or a temporary folder behind. */
export function guardAgainstOrphaning(folder = ''): Guard {
  if (process.platform === 'win32') return { watch: () => {}, release: () => {} }
  const shell = spawn('/bin/sh', ['-c', script, 'guard', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.unref()
  shell.stdin.on('error', () => {}) // someone ended the guard: there is nothing to be done about it
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    release: () => void shell.stdin.write('\n'),
  }
}
