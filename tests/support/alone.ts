import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What reaches beyond the file that does it: modules, the clock, the environment and memory of the process, globals. */
const outreaching = /\bvi\b|\bprocess\.|globalThis/

/**
 * Test files below a folder that need a worker of their own. The others share theirs, and with it what they import:
 * starting Node and reading the same modules again for each file was a third of what the unit tests cost.
 */
export function filesAlone(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter(reachesOut)
    .sort()
}

/** By itself, or by a helper that lies beside it. */
function reachesOut(file: string): boolean {
  const text = readFileSync(file, 'utf8')
  const helpers = [...text.matchAll(/^(?:import|\}) .*from '(\.\/[\w/.-]+\.ts)'$/gm)].map(([, path]) =>
    join(dirname(file), path!)
  )
  return [text, ...helpers.map((helper) => readFileSync(helper, 'utf8'))].some((one) => outreaching.test(one))
}
