import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { StackError } from '../stack-error.ts'
import { type Account, serverAccount } from './account.ts'
import { superuser } from './cluster.ts'
import { type PostgresServer, startPostgres, stopStray, superuserUrl } from './server.ts'

export interface StandbyOptions {
  /** Folder that holds the primary's cluster; that of the standby is made in `replica` below it, anew at each start. */
  home: string
  port: number
  logFile: string
  /** At least what the primary has of max_connections and its like, or the standby refuses to start. */
  settings?: Record<string, string>
}

/**
 * Makes a physical standby of a running server and starts it. The installed binaries have no pg_basebackup, so we do
 * what it does: begin a backup, copy the files, end the backup, write the label it answers with.
 */
export async function startStandby(
  primary: PostgresServer,
  { home, port, logFile, settings }: StandbyOptions,
): Promise<PostgresServer> {
  const account = serverAccount()
  const folder = join(home, 'replica')
  const cluster = join(folder, 'postgres')
  if (existsSync(cluster)) await stopStray(cluster)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!)

  const client = new pg.Client({ connectionString: superuserUrl(primary) })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('replica', fast => true)`)
    copyCluster(join(home, 'postgres'), cluster, account)
    const { rows: [backup] } = await client.query<{ labelfile: string; spcmapfile: string }>(
      'select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => false)',
    )
    writeFor(account, join(cluster, 'backup_label'), backup!.labelfile)
  } finally {
    await client.end()
  }
  writeFor(account, join(cluster, 'standby.signal'), '')
  const connection = `host=127.0.0.1 port=${primary.port} user=${superuser} password=${
    quoted(primary.password)
  }`
  appendFileSync(join(cluster, 'postgresql.auto.conf'), `\nprimary_conninfo = '${quoted(connection)}'\n`)
  return await startPostgres({
    home: folder,
    port,
    password: primary.password,
    logFile,
    settings: { ...settings, hot_standby_feedback: 'on' },
  })
}

/** Files change and vanish while they are copied: what the log has written since the backup began mends them. */
function copyCluster(from: string, to: string, account: Account): void {
  const copied = spawnSync('cp', ['-a', from, to], { ...account, cwd: '/', encoding: 'utf8' })
  const faults = (copied.stderr ?? '').split('\n').filter((line) =>
    line !== '' && !line.includes('No such file')
  )
  if (copied.error || !existsSync(join(to, 'PG_VERSION')) || faults.length > 0) {
    throw new StackError(`The database could not be copied: ${faults[0] ?? copied.error?.message}`)
  }
  for (const name of ['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot', 'pg_stat_tmp']) {
    rmSync(join(to, name), { recursive: true, force: true })
  }
  for (const name of ['pg_wal', 'pg_wal/archive_status', 'pg_wal/summaries', 'pg_replslot', 'pg_stat_tmp']) {
    const folder = join(to, name)
    mkdirSync(folder)
    chmodSync(folder, 0o700)
    if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!)
  }
}

function writeFor({ uid, gid }: Account, file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  if (uid !== undefined) chownSync(file, uid, gid!)
}

/** Within quotes of a configuration file and of a connection string alike. */
const quoted = (text: string) => text.replaceAll("'", "''")
