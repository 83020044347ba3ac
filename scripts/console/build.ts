import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import process from 'node:process'
import { built as place, repository } from './places.ts'

/** What the build is made of, besides the packages, which the lock file stands for. */
const ingredients = ['console', 'database.types.ts', 'package-lock.json']
const stamp = 'built-from'

export interface BuildResult {
  built: boolean
  output: string
}

/**
 * Builds the console into `console/dist`, unless what is there was made of the same sources. It is built beside and
 * put in place when complete, so that several may build at once, and a failure leaves the last one standing.
 *
 * @throws Error with what Vite printed
 */
export async function buildConsole({ force = false, base = '/console/' } = {}): Promise<BuildResult> {
  const digest = digestOf(base)
  const at = join(place, stamp)
  if (!force && existsSync(at) && readFileSync(at, 'utf8') === digest) return { built: false, output: '' }
  const beside = `${place}-${process.pid}`
  try {
    const output = await runVite(['--outDir', beside, '--emptyOutDir', '--base', base])
    writeFileSync(join(beside, stamp), digest)
    rmSync(place, { recursive: true, force: true })
    renameSync(beside, place)
    return { built: true, output }
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

function digestOf(base: string): string {
  const hash = createHash('sha256').update(base)
  for (const file of ingredients.flatMap((name) => filesOf(join(repository, name))).sort()) {
    hash.update(relative(repository, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !name.startsWith('dist'))
    .flatMap(({ name }) => filesOf(join(path, name)))
}

function runVite(args: string[]): Promise<string> {
  const vite = join(repository, 'node_modules/vite/bin/vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn('node', [vite, 'build', ...args], {
      cwd: join(repository, 'console'),
      env: { ...process.env, NO_COLOR: '1', NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => output += chunk)
    child.stderr.on('data', (chunk) => output += chunk)
    child.once('error', reject)
    child.once('close', (code) => code === 0 ? resolve(output) : reject(new Error(output)))
  })
}
