import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { clockStep } from '../../scripts/deploy/clock.ts'
import { gateStep } from '../../scripts/deploy/gate.ts'
import { refusalOf } from '../../scripts/deploy/login.ts'
import { secretsStep } from '../../scripts/deploy/secrets.ts'
import { planDeployment } from '../../scripts/deploy/plan.ts'
import { readSettings } from '../../scripts/deploy/settings.ts'
import type { Step } from '../../scripts/deploy/step.ts'
import { storageStep } from '../../scripts/deploy/storage.ts'
import { vaultStep } from '../../scripts/deploy/vault.ts'
import { folders, repository } from '../../scripts/stack/layout.ts'
import { denoExecutable } from '../../scripts/stack/processes.ts'
import {
  accessToken,
  cronKey,
  databasePassword,
  type HostedProject,
  projectRef,
  startHostedProject,
} from '../support/deploy/project.ts'

const gatePassword = `gate%20'"$HOME\\100%`

let project: HostedProject
let home: string
let environment: Record<string, string>

beforeAll(async () => {
  project = await startHostedProject()
  home = mkdtempSync(join(tmpdir(), 'mls-hub-home-'))
  writeFileSync(
    join(home, 'profile.yaml'),
    [
      'name: test',
      `api_url: ${project.managementUrl}`,
      `dashboard_url: ${project.url}`,
      'project_host: supabase.co',
    ].join('\n'),
  )
  environment = {
    PATH: process.env.PATH!,
    HOME: home,
    NO_COLOR: '1',
    SUPABASE_PROFILE: join(home, 'profile.yaml'), // where the CLI finds the Management API
    SUPABASE_API_URL: project.managementUrl,
    SUPABASE_ACCESS_TOKEN: accessToken,
    SUPABASE_PROJECT_REF: projectRef,
    MLS_PROJECT_URL: project.url,
    MLS_DEPLOY_DB_URL: address('postgres'),
    MLS_SERVICE_DB_URL: address('postgres'),
    MLS_DB_CA: project.authority.cert,
    MLS_GATE_PASSWORD: gatePassword,
    MLS_CRON_SECRET_KEY: cronKey,
    MLS_OAUTH_PRIVATE_JWK: JSON.stringify(project.throwaway.credentials.oauthPrivateJwk),
    DASH_API_KEY_CY: `it's "all" \`there\`\\n\nnew line`,
  }
  vi.stubEnv('MLS_DB_CA', project.authority.cert)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await project?.remove()
  if (home) rmSync(home, { recursive: true, force: true })
})

const address = (user: string) =>
  `postgresql://${user}:${encodeURIComponent(databasePassword)}@0.0.0.0:${project.front.port}/postgres`

/** Runs `npm run deploy`, looking all the while at what everybody on the machine can see of its processes. */
async function deploy(
  ...args: string[]
): Promise<{ status: number | null; output: string; commands: string }> {
  const child = spawn(denoExecutable(), ['run', '-A', '--quiet', 'scripts/deploy/cli.ts', ...args], {
    cwd: repository,
    env: environment,
  })
  let output = ''
  child.stdout.on('data', (data) => output += data)
  child.stderr.on('data', (data) => output += data)
  const commands = new Set<string>()
  const look = setInterval(() => {
    for (
      const pid of process.platform === 'linux'
        ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
        : []
    ) {
      try {
        commands.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch { /* it has ended */ }
    }
  }, 50)
  const status = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  clearInterval(look)
  return { status, output, commands: [...commands].join('\n') }
}

const verifier = async () =>
  (await project.superuser.query(`select rolpassword from pg_authid where rolname = 'mls_gate'`)).rows[0]
    .rolpassword
const serverLog = () => readFileSync(project.throwaway.logFile, 'utf8')
const secretsOf =
  () => [databasePassword, gatePassword, cronKey, accessToken, environment.MLS_OAUTH_PRIVATE_JWK!]

async function run(step: Step): Promise<{ leftToDo: string[]; reported: string[] }> {
  const reported: string[] = []
  const leftToDo = await step.run((line) => void reported.push(line)) ?? []
  return { leftToDo, reported }
}
const settings = (changes: Record<string, string> = {}) =>
  readSettings({ ...environment, ...changes }).settings

describe('npm run deploy', () => {
  it('--dry-run touches nothing', async () => {
    const { status, output } = await deploy('--dry-run')
    expect([status, project.front.passed, project.front.overheard]).toEqual([0, 0, []])
    expect(output).toContain('Dry run: nothing was done.')
    expect(project.secrets).toEqual({})
  })

  it('brings a new project up to date, and says what is left to do where the platform does not let it', async () => {
    const { status, output, commands } = await deploy('--seed')
    expect(output).toMatch(/Applying migration 0001_\w+\.sql[^]*Seeding data from seed\/01_markets\.sql/)
    expect(output).toMatch(/> (\d+) of \1 jobs ran: compaction, deliveries, digest, duplicates, feeds, /)
    expect(output).toMatch(
      /Deployed, but:\n- Users reach no file: storage\.objects has no policy mls_read, mls_insert,/,
    )
    expect(output).toContain('Dashboard, SQL Editor: select mls.prepare_storage();')
    expect(status).toBe(1)

    const doors = readdirSync(folders.functions).filter((name) => !name.startsWith('_'))
    expect(project.deployed).toEqual(Object.fromEntries(doors.map((door) => [door, 1])))
    expect(project.secrets).toMatchObject({
      DASH_API_KEY_CY: environment.DASH_API_KEY_CY,
      MLS_DB_CA: project.authority.cert,
      MLS_OAUTH_PRIVATE_JWK: environment.MLS_OAUTH_PRIVATE_JWK,
      MLS_SERVICE_DB_URL: address('postgres'),
    })
    const { rows } = await project.superuser.query(
      'select name, decrypted_secret as secret from vault.decrypted_secrets order by 1',
    )
    expect(rows).toEqual([{ name: 'cron_secret_key', secret: cronKey }, {
      name: 'project_url',
      secret: project.url,
    }])

    // Nobody could read a secret: on the way, in the list of processes, on the screen, in the log of the database.
    expect(project.front.overheard).toEqual([])
    expect(commands).toContain('functions deploy admin')
    expect(serverLog()).toContain(`alter role mls_gate password 'SCRAM-SHA-256$4096:`)
    const statements = serverLog().split('\n').filter((line) => !line.includes('DETAIL:')).join('\n')
    for (const secret of secretsOf()) {
      for (const place of [commands, output]) {
        expect(place).not.toContain(secret)
        expect(place).not.toContain(encodeURIComponent(secret))
      }
      if (secret !== databasePassword) expect(statements).not.toContain(secret) // which the test itself set there
    }
  })

  it('repeated, changes nothing that is as it should be', async () => {
    await project.superuser.query('select mls.prepare_storage()') // the dashboard's part
    const state = async () => [
      await verifier(),
      (await project.superuser.query('select * from vault.secrets order by 1')).rows,
    ]
    const before = await state()
    const steps = planDeployment(settings(), []).slice(0, 4)
    expect(steps.map(({ title }) => title.split(' ')[0])).toEqual(['Apply', 'Check', 'Give', 'Give'])
    const outcomes = []
    for (const step of steps) outcomes.push(await run(step))
    expect(outcomes).toEqual([
      { leftToDo: [], reported: [] },
      { leftToDo: [], reported: ['All are there.'] },
      { leftToDo: [], reported: ['It is the password already.'] },
      { leftToDo: [], reported: [] },
    ])
    expect(await state()).toEqual(before)
    expect(serverLog().match(/alter role mls_gate/g)).toHaveLength(1)
  })
})

describe('the steps', () => {
  it('change a password that is another one', async () => {
    const [old, next] = [settings(), settings({ MLS_GATE_PASSWORD: 'another%41-password-\\n' })]
    expect((await run(gateStep(next))).reported).toEqual(['Changed.'])
    expect(await refusalOf(next.gateLogin)).toBeUndefined()
    expect(await refusalOf(old.gateLogin)).toMatch(/password authentication failed/)
    await run(gateStep(old))
    expect(await refusalOf(old.gateLogin)).toBeUndefined()
  })

  it('leave the password alone when nobody answers, or somebody else', async () => {
    const before = await verifier()
    const nobody = settings({ MLS_SERVICE_DB_URL: `postgresql://postgres:x@0.0.0.0:1/postgres` })
    await expect(run(gateStep(nobody))).rejects.toThrow(
      /mls_gate:\*{4}@0\.0\.0\.0:1\/postgres cannot be reached/,
    )
    vi.stubEnv('MLS_DB_CA', '')
    await expect(run(gateStep(settings()))).rejects.toThrow(/cannot be reached: .*certificate/)
    vi.stubEnv('MLS_DB_CA', project.authority.cert)
    expect(await verifier()).toBe(before)
  })

  it('change the secret of the clock that differs, and no other', async () => {
    const stamp = async () =>
      Object.fromEntries(
        (await project.superuser.query('select name, updated_at from vault.secrets')).rows.map((
          row,
        ) => [row.name, row.updated_at]),
      )
    const before = await stamp()
    expect((await run(vaultStep(settings({ MLS_CRON_SECRET_KEY: 'sb_secret_new' })))).reported).toEqual([
      'cron_secret_key is changed.',
    ])
    const after = await stamp()
    expect(after.project_url).toEqual(before.project_url)
    expect(after.cron_secret_key).not.toEqual(before.cron_secret_key)
  })

  it('tell of each job why it does not run', async () => {
    const { leftToDo } = await run(clockStep(settings())) // with the key that the step before left in Vault
    expect(leftToDo).toContain(
      'The job deliveries was refused (401): MLS_CRON_SECRET_KEY is none of the secret keys of this project.',
    )
    await run(vaultStep(settings()))

    await project.superuser.query('alter function mls.close_stale_runs() rename to gone')
    const failed = await run(clockStep(settings()))
    await project.superuser.query('alter function mls.gone() rename to close_stale_runs')
    expect(failed.leftToDo).toEqual([
      expect.stringMatching(/^The job stale_runs ended as failed: .*close_stale_runs/),
    ])
  })

  it('register with pg_cron what it does not know, and say when there is none', async () => {
    await project.superuser.query(`delete from cron.job where jobname = 'mls-feeds'`)
    expect((await run(clockStep(settings()))).leftToDo).toEqual([])
    const { rows } = await project.superuser.query(
      `select schedule from cron.job where jobname = 'mls-feeds'`,
    )
    expect(rows).toEqual([{ schedule: '*/15 * * * *' }])

    await project.superuser.query('alter table cron.job rename to gone')
    const { leftToDo } = await run(clockStep(settings()))
    await project.superuser.query('alter table cron.gone rename to job')
    expect(leftToDo).toEqual([
      expect.stringMatching(/^The clock does not run: there is no pg_cron\. Dashboard, /),
    ])
  })

  it('miss one policy of Storage among all', async () => {
    await project.superuser.query('drop policy mls_delete on storage.objects')
    const { leftToDo } = await run(storageStep(settings()))
    expect(leftToDo).toEqual([
      expect.stringMatching(/has no policy mls_delete\.\n[^]*migrations\/\d+_media_storage\.sql/),
    ])
  })

  it('say what the Management API does not accept', async () => {
    await expect(run(secretsStep(settings({ SUPABASE_ACCESS_TOKEN: 'sbp_other' })))).rejects
      .toThrow(/answers 401: SUPABASE_ACCESS_TOKEN is not of an account that may deploy/)
    await expect(run(secretsStep(settings({ SUPABASE_PROJECT_REF: 'zzzzzzzzzzzzzzzzzzzz' })))).rejects
      .toThrow(/answers 404: there is no project of this SUPABASE_PROJECT_REF/)
  })
})
