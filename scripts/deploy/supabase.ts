import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { folders, repository } from '../stack/layout.ts'
import { migrationFiles } from '../stack/migrate.ts'
import { addressOf, type Login } from './login.ts'
import type { Settings } from './settings.ts'
import type { Step } from './step.ts'

const executable = join(repository, 'node_modules/.bin/supabase')

/** Migrations that are missing there; with `seed` the reference data too, each file once and again when it changed. */
export function pushStep({ deployLogin }: Settings, { seed }: { seed: boolean }): Step {
  const files = migrationFiles(folders.migrations)
  const more = seed ? ['--include-seed'] : []
  return {
    title: `Apply the migrations that are missing there${seed ? ', and the reference data in seed/' : ''}`,
    shown: [
      `supabase db push --db-url ${pushAddress(deployLogin, '<certificates>')} --yes ${more.join(' ')}`
        .trimEnd(),
      'the password goes through the environment (PGPASSWORD)',
      `here: ${files.length} files, ${files[0]} .. ${files.at(-1)}`,
    ],
    run: () => push(deployLogin, more),
  }
}

async function push(login: Login, more: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-deploy-'))
  try {
    const roots = join(folder, 'roots.pem')
    if (login.ssl) writeFileSync(roots, login.ssl.ca)
    await run(['db', 'push', '--db-url', pushAddress(login, roots), '--yes', ...more], {
      PGPASSWORD: login.password,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Without a password. The CLI knows the roots of Supabase by itself only where it knows the host. */
function pushAddress(login: Login, roots: string): string {
  const tls = login.ssl ? `sslmode=verify-full&sslrootcert=${roots}` : 'sslmode=disable'
  return `${addressOf({ ...login, password: '' })}?${tls}`
}

/** One call for all: the platform replaces them together. */
export function functionsStep(doors: string[], { projectRef, accessToken }: Settings): Step {
  const args = ['functions', 'deploy', ...doors, '--use-api', '--project-ref', projectRef]
  return {
    title: 'Deploy the functions',
    shown: [`supabase ${args.join(' ')}`],
    run: () => run(args, { SUPABASE_ACCESS_TOKEN: accessToken }),
  }
}

function run(args: string[], environment: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, args, {
      cwd: repository,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      const failure = `supabase ${args[0]} ${
        args[1]
      } ended with ${code}: mend it and run the deployment again.`
      if (code === 0) resolve()
      else reject(new Error(failure))
    })
  })
}
