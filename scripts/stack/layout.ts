import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { built } from '../console/places.ts'

/** Root of the repository, wherever the command was called from. */
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Folders of the repository the stack reads. */
export const folders = {
  migrations: join(repository, 'migrations'),
  functions: join(repository, 'functions'),
  seed: join(repository, 'seed'),
  console: built,
}

/** Pages that the stack shows. */
export const pages = {
  reference: join(repository, 'docs/api.html'),
}

/** Modules the stack runs as processes of their own. */
export const programs = {
  cli: join(repository, 'scripts/stack/cli.ts'),
  gateway: join(repository, 'scripts/stack/gateway.ts'),
  rest: join(repository, 'scripts/stack/rest.ts'),
  sandbox: join(repository, 'scripts/stack/sandbox.ts'),
  scheduler: join(repository, 'scripts/stack/scheduler.ts'),
  worker: join(repository, 'scripts/stack/worker.ts'),
}

/** The files of one data folder. `reset` deletes exactly these. */
export function dataFiles(data: string) {
  return {
    credentials: join(data, 'credentials.json'),
    running: join(data, 'running.json'),
    log: join(data, 'stack.log'),
    postgresLog: join(data, 'postgres.log'),
    replicaLog: join(data, 'replica.log'),
    functionsLog: join(data, 'functions.log'),
    restLog: join(data, 'rest.log'),
    schedulerLog: join(data, 'scheduler.log'),
    workerLog: join(data, 'worker.log'),
    /** A folder: the bytes of what is in Storage. */
    storage: join(data, 'storage'),
    /** What the sandbox Dash holds. */
    sandbox: join(data, 'sandbox-dash.json'),
    /** Holds the path of the database where it cannot live in the data folder itself. */
    postgresHome: join(data, 'postgres-home'),
  }
}
