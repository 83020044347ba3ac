import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { dataFiles } from '../layout.ts'
import { canReach, serverAccount } from './account.ts'

/** Where a database lives whose data folder the server's account cannot enter: root's home, for example. */
const elsewhere = '/var/lib/mls-hub'

/**
 * The folder that holds the database of a data folder: the data folder itself, or, when we are root and it
 * lies under a closed folder, one of its own below /var/lib. The choice is written down in the data folder.
 */
export function openPostgresHome(data: string): string {
  const account = serverAccount()
  const pointer = dataFiles(data).postgresHome
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim()

  mkdirSync(data, { recursive: true, mode: 0o755 })
  if (account.uid === undefined) return data
  chmodSync(data, 0o711) // the server must pass through; what is secret has its own mode
  if (canReach(account, dirname(data))) return data

  const home = join(elsewhere, randomBytes(8).toString('hex'))
  mkdirSync(home, { recursive: true, mode: 0o755 })
  chmodSync(elsewhere, 0o755)
  chmodSync(home, 0o755)
  writeFileSync(pointer, `${home}\n`)
  return home
}

/** Deletes the database of a data folder and what was made to run it. */
export function removePostgresHome(data: string): void {
  const home = openPostgresHome(data)
  for (const name of ['postgres', 'postgres.new', 'replica', 'binaries']) {
    rmSync(join(home, name), { recursive: true, force: true })
  }
  if (home === data) return
  rmdirSync(home)
  if (readdirSync(elsewhere).length === 0) rmdirSync(elsewhere)
  rmSync(dataFiles(data).postgresHome)
}
