import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** User and group a server process runs as; empty: as ourselves. */
export interface Account {
  uid?: number
  gid?: number
}

/** PostgreSQL refuses to run as root. Started by root it runs as `nobody`, which has this id on every common system. */
const nobody = 65534

export function serverAccount(): Account {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
}

/** True when the account may enter every folder on the way to `folder` (which need not exist yet). */
export function canReach(account: Account, folder: string): boolean {
  if (account.uid === undefined) return true
  for (let at = folder;; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0 && statSync(at).uid !== account.uid) return false
    if (at === dirname(at)) return true
  }
}
