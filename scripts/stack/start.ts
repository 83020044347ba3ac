import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { buildConsole } from '../console/build.ts'
import { consolePath } from './console-pages.ts'
import { openCredentials } from './credentials.ts'
import { demoAddress, demoMediaPath } from './demo-photos.ts'
import { seedSource } from './demo-source.ts'
import { addresses, functionEnvironment, standbyEnvironment } from './environment.ts'
import { ReloadingGateway } from './functions-reload.ts'
import { dataFiles, folders } from './layout.ts'
import { applyMigrations } from './migrate.ts'
import type { Options } from './options.ts'
import { becomesFree, findFreePort, isPortFree } from './ports.ts'
import { openPostgresHome } from './postgres/home.ts'
import { preparePlatform } from './postgres/platform.ts'
import { type PostgresServer, startPostgres, superuserUrl } from './postgres/server.ts'
import { startStandby } from './postgres/standby.ts'
import { printReceipt } from './receipt.ts'
import { prepareRoles } from './roles.ts'
import { claimData, noteRunning, refuseWhenRunning, releaseData, wasKilledOn } from './running.ts'
import { registerDemoClients, registerDemoUsers, seedDemo, seedReference } from './seed.ts'
import { dashEnvironment, sandboxSecrets } from './sandbox-dash/environment.ts'
import { loadGateway, startRest, startSandbox, startScheduler, startWorker } from './services.ts'
import { StackError } from './stack-error.ts'
import { untilToldToStop } from './stop-signals.ts'

/** Undoes one step of starting. */
type Undo = () => unknown

/** Brings the stack up, serves until told to stop, takes it down. Returns the exit code. */
export async function startStack(options: Options): Promise<number> {
  const toldToStop = untilToldToStop()
  const undo: Undo[] = []
  try {
    const serving = await Promise.race([toldToStop, bringUp(options, undo)])
    const failure = await Promise.race([toldToStop, serving?.failure])
    if (failure) throw new StackError(failure)
    console.log('Stopping.')
    return 0
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

/** From nothing to healthy. What has been started is in `undo`, also when a later step fails. */
async function bringUp(options: Options, undo: Undo[]): Promise<{ failure: Promise<string> }> {
  const { data, port } = options
  const began = performance.now()
  const say = (line: string) =>
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}`)
  const files = dataFiles(data)

  refuseWhenRunning(data)
  if (!await isPortFree(port) && !(wasKilledOn(data, port) && await becomesFree(port))) {
    throw new StackError(
      `Port ${port} is in use: stop what uses it, or choose another with \`npm start -- --port ${
        port + 1
      }\`.`,
    )
  }

  const consoleBuilt = prepareConsole()
  mkdirSync(data, { recursive: true })
  claimData(data, port)
  undo.push(() => releaseData(data))
  const home = openPostgresHome(data)
  if (home !== data) say(`The database lives in ${home}: its user may not enter the folders above ${data}`)
  const credentials = await openCredentials(files.credentials, existsSync(join(home, 'postgres')))
  const server = await startPostgres({
    home,
    port: await findFreePort(),
    password: credentials.passwords.superuser,
    logFile: files.postgresLog,
    // what a standby has not read yet is kept for it
    ...options.replica && { settings: { wal_keep_size: '256MB' } },
  })
  undo.push(() => server.stop())
  say(`PostgreSQL 17 on port ${server.port}`)

  const at = addresses(port, server.port, credentials)
  await preparePlatform(superuserUrl(server), credentials.passwords.postgres)
  const applied = await applyMigrations(at.databaseUrl, folders.migrations)
  await prepareRoles(superuserUrl(server), credentials)
  say(applied.length ? `Migrated: ${applied.at(0)} .. ${applied.at(-1)}` : 'No new migrations')

  const pool = new pg.Pool({ connectionString: at.databaseUrl, max: 2 })
  pool.on('error', () => {}) // a lost connection: the next query says so
  undo.push(() => pool.end())
  await seedReference(pool, folders.seed)
  await registerDemoClients(pool, credentials)
  await registerDemoUsers(pool, credentials)

  for (const old of [files.restLog, files.functionsLog, files.schedulerLog, files.workerLog]) {
    rmSync(old, { force: true })
  }
  const appendTo = (file: string) => (line: string) => appendFileSync(file, line + '\n', { mode: 0o600 })
  const services = {
    postgresPort: server.port,
    apiUrl: at.apiUrl,
    storageFolder: files.storage,
    credentials,
  }
  const rest = await startRest(services, appendTo(files.restLog))
  undo.push(() => rest.stop())
  const standby = options.replica
    ? await startStandby(server, { home, port: await findFreePort(), logFile: files.replicaLog })
    : undefined
  if (standby) {
    undo.push(() => standby.stop())
    say(`Standby on port ${standby.port}`)
  }
  const sandbox = await startSandbox(files.sandbox, appendTo(files.schedulerLog))
  undo.push(() => sandbox.stop())
  const environment = {
    ...functionEnvironment(port, server.port, credentials),
    ...standby && standbyEnvironment(standby.port, credentials),
    ...dashEnvironment(sandbox.url, sandboxSecrets),
  }
  const logs = functionLog(files.functionsLog)
  const load = () => loadGateway(port, environment, rest.url, logs.write)
  const gateway = await ReloadingGateway.start(load, say)
  undo.push(() => gateway.stop())
  undo.push(gateway.watch(folders.functions))
  const ports = { port, postgresPort: server.port, sandboxPorts: sandbox.ports }
  noteRunning(data, { ...ports, phase: 'starting' })
  say(`Functions at ${at.functionsUrl}`)

  const worker = await startWorker(environment, appendTo(files.workerLog))
  if (worker) undo.push(() => worker.stop())
  else say(`No worker: pictures are shown as they are, without their metadata. See ${files.workerLog}`)
  if (options.seed) {
    const origin = at.apiUrl + demoMediaPath
    const address = (invented: string, category: unknown) => demoAddress(origin, invented, category)
    await seedDemo(pool, folders.seed, at.functionsUrl, credentials, say, address)
    await seedSource(pool, at.functionsUrl, credentials, say, origin)
  }
  const scheduler = await startScheduler(at, credentials, appendTo(files.schedulerLog))
  undo.push(() => scheduler.stop())
  say(`The clock runs; sandbox Dash at ${sandbox.url}`)
  say(`Console at ${at.apiUrl}${consolePath}${await consoleBuilt}`)
  say('Ready')
  await printReceipt(pool, at)
  noteRunning(data, { ...ports, phase: 'ready' })
  logs.show()
  return { failure: whichFails(server, rest, gateway, files) }
}

/** Makes the console beside the rest of the start. A hub without it is a hub: what is amiss is said, no more. */
function prepareConsole(): Promise<string> {
  return buildConsole().then(
    ({ built }) => built ? ', built' : '',
    (error: Error) =>
      ` could not be built (\`npm run console:build\` says more): ${error.message.split('\n')[0]}`,
  )
}

/** What the functions print: to a file, and to the screen too once the start with its own lines is over. */
function functionLog(file: string): { write(line: string): void; show(): void } {
  let shown = false
  return {
    write: (line) => {
      appendFileSync(file, line + '\n', { mode: 0o600 })
      if (shown || !line.startsWith('{')) console.log(line)
    },
    show: () => shown = true,
  }
}

function whichFails(
  server: PostgresServer,
  rest: { exited: Promise<void> },
  gateway: ReloadingGateway,
  files: ReturnType<typeof dataFiles>,
): Promise<string> {
  return Promise.race([
    server.exited.then(() => `PostgreSQL ended unexpectedly: see ${files.postgresLog}.`),
    rest.exited.then(() => `The Data API ended unexpectedly: see ${files.restLog}.`),
    gateway.failed.then(() => 'The functions ended unexpectedly: see ' + files.functionsLog),
  ])
}
