import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { folders, repository } from '../stack/layout.ts'

/** What the platform accepts from `functions deploy --use-api`. */
export const maxBundleBytes = 5_000_000

export interface Bundle {
  door: string
  bytes: number
}

/**
 * Size of every function with all it imports. The bundler is one of the lock file's packages (Deno's would fetch another
 * when first used), so that nothing is downloaded.
 *
 * @throws where a function cannot be bundled, an import that leads nowhere for one
 */
export async function bundleSizes(): Promise<Bundle[]> {
  const doors = readdirSync(folders.functions).filter((name) =>
    existsSync(join(folders.functions, name, 'index.ts'))
  )
  return await Promise.all(doors.sort().map(async (door) => ({ door, bytes: await sizeOf(door) })))
}

async function sizeOf(door: string): Promise<number> {
  try {
    const bundle = await rolldown({
      input: join(folders.functions, door, 'index.ts'),
      cwd: repository,
      platform: 'node',
      external: /^node:/,
      onLog: (level, { message }) => {
        if (level === 'warn') throw new Error(message)
      },
    })
    const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false })
    await bundle.close()
    return output.reduce((bytes, part) => bytes + (part.type === 'chunk' ? part.code : part.source).length, 0)
  } catch (cause) {
    throw new Error(`The function ${door} cannot be bundled: ${(cause as Error).message}`, { cause })
  }
}
