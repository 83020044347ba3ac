import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What changes more than the file that does it: modules, the clock, the environment, globals. */
const outreaching = /\bvi\b|process\.env|globalThis/

/**
 * Test files below a folder that need a worker of their own. The others share theirs, and with it what they import:
 * starting Node and reading the same modules again for each file was a third of what the unit tests cost.
 */
export function filesAlone(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter((file) => outreaching.test(readFileSync(file, 'utf8')))
    .sort()
}
