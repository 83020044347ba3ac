import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { StackError } from '../stack-error.ts'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'

/** The version the binaries have and a data folder must have. */
const major = '17'

/** The name of the bootstrap superuser, as on the platform. */
export const superuser = 'supabase_admin'

/**
 * Returns the cluster below `home`, made first when there is none. It is made under another name and renamed
 * when complete, so that an interruption leaves none rather than half of one.
 */
export function openCluster(binaries: Binaries, account: Account, home: string, password: string): string {
  const cluster = join(home, 'postgres')
  if (existsSync(cluster)) return checked(cluster)

  const building = join(home, 'postgres.new')
  rmSync(building, { recursive: true, force: true })
  mkdirSync(building, { recursive: true })
  chmodSync(building, 0o700)
  const passwordFile = join(home, 'postgres.password')
  rmSync(passwordFile, { force: true })
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
  if (account.uid !== undefined) {
    chownSync(building, account.uid, account.gid!)
    chownSync(passwordFile, account.uid, account.gid!)
  }
  try {
    initialise(binaries, account, building, passwordFile)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(building, cluster)
  return cluster
}

function initialise(binaries: Binaries, account: Account, folder: string, passwordFile: string): void {
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8'
  const made = spawnSync(binaries.initdb, [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    `--locale=${locale}`,
    '--no-sync',
  ], { ...account, cwd: '/', encoding: 'utf8', env: { PATH: process.env.PATH ?? '', TZ: 'UTC' } })
  if (made.status === 0) return
  if (made.stderr?.includes('could not look up effective user ID')) {
    throw new StackError(
      `PostgreSQL needs a named user, and user id ${process.getuid?.()} has no entry in /etc/passwd: run as root or as a named user.`,
    )
  }
  throw new StackError(
    `The database could not be created in ${folder}: ${made.stderr || made.error?.message}`,
  )
}

function checked(cluster: string): string {
  const file = join(cluster, 'PG_VERSION')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'unknown'
  if (found === major) return cluster
  throw new StackError(
    `The database in ${cluster} is of PostgreSQL version ${found}, this stack runs version ${major}: ` +
      'choose another folder with --data, or delete it with `npm run reset`.',
  )
}
