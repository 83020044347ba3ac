import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { repository } from '../../scripts/stack/layout.ts'

/**
 * Runs the worker as Dockerfile.worker has it, without a container: its command, from a folder with the files that it
 * copies and nothing else but the packages. What it printed, and how it ended.
 */
export async function runWorkerImage(
  args: string[],
  environment: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const steps = readFileSync(join(repository, 'Dockerfile.worker'), 'utf8').split('\n')
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-worker-'))
  try {
    for (const [, paths] of steps.map((step) => /^COPY (.+)$/.exec(step)).filter((found) => found !== null)) {
      const names = paths!.split(' ')
      const target = names.pop()!
      for (const name of names) {
        cpSync(join(repository, name), join(folder, target === './' ? name : target), { recursive: true })
      }
    }
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
    const [program, ...given] = JSON.parse(/^CMD (.+)$/m.exec(steps.join('\n'))![1]!) as string[]
    return await run(join(folder, program!), [...given, ...args], folder, environment)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(program: string, args: string[], cwd: string, environment: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(program, args, { cwd, env: { PATH, HOME, NO_COLOR: '1', ...environment } })
  let output = ''
  child.stdout.on('data', (text) => output += text)
  child.stderr.on('data', (text) => output += text)
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
