import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../../scripts/stack/layout.ts'
import { denoExecutable } from '../../scripts/stack/processes.ts'

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** A copy of the repository under a path with a blank and an accent, to start stacks from and to break things in. */
export interface Checkout {
  folder: string
  /** Runs `scripts/stack/cli.ts` as the npm scripts do. */
  run(...args: string[]): Promise<Outcome>
  /** Runs `scripts/generate/cli.ts`; with `migrated`, the address of a database, on copies of that one. */
  generate(args?: string[], migrated?: string): Promise<Outcome>
  /** Command lines of the processes that belong to this copy. */
  processes(): string[]
  remove(): void
}

export function makeCheckout({ console = false } = {}): Checkout {
  const outer = mkdtempSync(join(tmpdir(), 'mls-hub-stack-'))
  chmodSync(outer, 0o755)
  const folder = join(outer, 'a clöne')
  mkdirSync(folder)
  for (
    const part of [
      'package.json',
      'deno.json',
      'console',
      'docs',
      'functions',
      'migrations',
      'scripts',
      'seed',
      // without it the console is not built, which takes a while
      ...console ? ['database.types.ts', 'package-lock.json'] : [],
    ]
  ) {
    cpSync(join(repository, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  return {
    folder,
    run: (...args) => run(folder, 'scripts/stack/cli.ts', args),
    generate: (args = [], migrated = '') =>
      run(folder, 'scripts/generate/cli.ts', args, { MLS_MIGRATED_DATABASE: migrated }),
    processes: () => commandLines().filter((line) => line.includes(folder)),
    remove: () => rmSync(outer, { recursive: true, force: true }),
  }
}

function run(
  folder: string,
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(denoExecutable(), ['run', '-A', program, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...environment },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text) => stdout += text)
    child.stderr.on('data', (text) => stderr += text)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

function commandLines(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
    const file = `/proc/${pid}/cmdline`
    try {
      return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : ''
    } catch {
      return '' // it ended while we looked
    }
  })
}
