import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { folders, repository } from '../stack/layout.ts'
import type { Settings } from './settings.ts'

/** One step: what is printed, with secrets masked, and what it does. */
export interface Step {
  title: string
  shown: string[]
  run(): Promise<void>
}

const supabase = join(repository, 'node_modules/.bin/supabase')

/** The steps of a deployment, in order. Each may be repeated: a deployment that stopped half-way is run again. */
export function planDeployment(settings: Settings, doors: string[]): Step[] {
  const { projectRef, databaseUrl, functionSecrets } = settings
  const migrations = readdirSync(folders.migrations).filter((name) => name.endsWith('.sql')).sort()
  const statements = accessStatements(settings)
  return [
    command('Link the project', ['link', '--project-ref', projectRef]),
    {
      ...command('Apply the migrations that are missing there', [
        'db',
        'push',
        '--db-url',
        databaseUrl,
        '--yes',
      ], [
        ['--db-url', maskUrl(databaseUrl)],
      ]),
      shown: [
        `supabase db push --db-url ${maskUrl(databaseUrl)} --yes`,
        `here: ${migrations.length} files, ${migrations[0]} .. ${migrations.at(-1)}`,
      ],
    },
    {
      title: 'Give the gate role its password and the clock its secrets',
      shown: statements.map(({ shown }) => shown),
      run: () => runStatements(databaseUrl, statements),
    },
    {
      title: 'Set the secrets of the functions',
      shown: [
        'supabase secrets set --env-file <temporary file> with',
        ...Object.entries(functionSecrets).map(([name, value]) => `  ${name}=${maskSecret(name, value)}`),
      ],
      run: () => setSecrets(projectRef, functionSecrets),
    },
    ...doors.map((door) =>
      command(`Deploy the function ${door}`, [
        'functions',
        'deploy',
        door,
        '--use-api',
        '--project-ref',
        projectRef,
      ])
    ),
    {
      title: 'Ask for its health',
      shown: [`GET ${functionSecrets.MLS_PUBLIC_URL}/health`],
      run: () => checkHealth(`${functionSecrets.MLS_PUBLIC_URL}/health`),
    },
  ]
}

function command(title: string, args: string[], masked: [string, string][] = []): Step {
  const shown = args.map((arg, index) => masked.find(([name]) => name === args[index - 1])?.[1] ?? arg)
  return { title, shown: [`supabase ${shown.join(' ')}`], run: () => runSupabase(args) }
}

function runSupabase(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(supabase, args, { cwd: repository, stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else {reject(
          new Error(
            `supabase ${args[0]} ${args[1] ?? ''} ended with ${code}. Mend it and run the deployment again.`,
          ),
        )}
    })
  })
}

interface Statement {
  text: string
  shown: string
}

/** Rotating is running this again with new values. */
function accessStatements({ gatePassword, projectRef, cronSecretKey }: Settings): Statement[] {
  const secret = (name: string, value: string, shown: string): Statement => {
    const text = (written: string) =>
      `select case when exists (select from vault.secrets where name = '${name}') ` +
      `then vault.update_secret((select id from vault.secrets where name = '${name}'), ${written})::text ` +
      `else vault.create_secret(${written}, '${name}')::text end`
    return { text: text(pg.escapeLiteral(value)), shown: text(`'${shown}'`) }
  }
  const url = `https://${projectRef}.supabase.co`
  return [
    {
      text: `alter role mls_gate password ${pg.escapeLiteral(gatePassword)}`,
      shown: `alter role mls_gate password '${mask(gatePassword)}'`,
    },
    secret('project_url', url, url),
    secret('cron_secret_key', cronSecretKey, mask(cronSecretKey)),
  ]
}

async function runStatements(databaseUrl: string, statements: Statement[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    for (const { text } of statements) await client.query(text)
  } finally {
    await client.end()
  }
}

/** Through a file of its own: arguments can be read by anybody on the machine. */
async function setSecrets(projectRef: string, secrets: Record<string, string>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-deploy-'))
  try {
    const file = join(folder, 'secrets.env')
    const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value.replaceAll("'", "\\'")}'`)
    writeFileSync(file, lines.join('\n') + '\n', { mode: 0o600 })
    await runSupabase(['secrets', 'set', '--env-file', file, '--project-ref', projectRef])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function checkHealth(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}: see the logs of the function.`)
}

function maskSecret(name: string, value: string): string {
  if (name === 'MLS_PUBLIC_URL') return value
  return name.endsWith('_URL') ? maskUrl(value) : mask(value)
}

function mask(value: string): string {
  if (value.startsWith('<')) return value
  return value.length < 16 ? '****' : `${value.slice(0, 4)}...${value.slice(-4)}`
}

function maskUrl(value: string): string {
  if (!URL.canParse(value)) return value
  const url = new URL(value)
  url.password = '****'
  return url.href
}
