import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folders, repository } from '../stack/layout.ts'
import { denoExecutable } from '../stack/processes.ts'

/** What the platform accepts from `functions deploy --use-api`. */
export const maxBundleBytes = 5_000_000

/** Size of every function with all it imports, bundled without a network; fails where one cannot be bundled. */
export function bundleSizes(): { door: string; bytes: number }[] {
  const doors = readdirSync(folders.functions).filter((name) =>
    existsSync(join(folders.functions, name, 'index.ts'))
  )
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-bundle-'))
  try {
    return doors.sort().map((door) => {
      const file = join(folder, `${door}.js`)
      const args = [
        'bundle',
        '--quiet',
        '--minify',
        '--output',
        file,
        join(folders.functions, door, 'index.ts'),
      ]
      const { status, stderr } = spawnSync(denoExecutable(), args, { cwd: repository, encoding: 'utf8' })
      if (status !== 0) throw new Error(`The function ${door} cannot be bundled: ${stderr}`)
      return { door, bytes: statSync(file).size }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
