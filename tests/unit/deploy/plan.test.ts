import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { planDeployment } from '../../../scripts/deploy/plan.ts'
import { readSettings } from '../../../scripts/deploy/settings.ts'
import { repository } from '../../../scripts/stack/layout.ts'
import { createAuthority } from '../../support/certificates.ts'

const ref = 'abcdefghijklmnopqrst'
const region = 'aws-0-eu-central-1.pooler.supabase.com'
/** Everything a password may hold that means something in an address, a file or a shell. */
const awkward = `p%41w'"@:/?#&=$HOME\\x`
const secrets = {
  gate: `gate%20${awkward}`,
  cron: 'sb_secret_cron_0123456789abcdefghijkl',
  token: 'sbp_0123456789012345678901234567890123456789',
  key: '{"kty":"EC","kid":"it\'s","d":"geheim"}',
}
const environment = {
  SUPABASE_PROJECT_REF: ref,
  SUPABASE_ACCESS_TOKEN: secrets.token,
  MLS_DEPLOY_DB_URL: `postgresql://postgres.${ref}:${encodeURIComponent(awkward)}@${region}:5432/postgres`,
  MLS_GATE_PASSWORD: secrets.gate,
  MLS_CRON_SECRET_KEY: secrets.cron,
  MLS_OAUTH_PRIVATE_JWK: secrets.key,
}
const settingsOf = (changes: Record<string, string | undefined> = {}) =>
  readSettings({ ...environment, ...changes })

describe('the settings of a deployment', () => {
  it('take along every variable that a function reads', () => {
    const folder = join(repository, 'functions')
    const read = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts')
    ).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\benv(?:Integer)?\('([A-Z_0-9]+)'/g)].map(
        ([, name]) => name!,
      )
    ).filter((name) => !name.startsWith('SUPABASE_'))
    expect(read).toContain('MLS_CONSOLE_URL')
    const { settings } = settingsOf({
      ...Object.fromEntries(read.map((name) => [name, 'x'])),
      MLS_GATE_READ_URL: environment.MLS_DEPLOY_DB_URL,
      MLS_SERVICE_DB_URL: undefined,
    })
    expect(read.filter((name) => !settings.functionSecrets[name])).toEqual([])
  })

  it('lead both logins of the functions through the transaction pooler of the session pooler that was given', () => {
    const { settings, problems } = settingsOf()
    expect(problems).toEqual([])
    const { MLS_SERVICE_DB_URL, MLS_GATE_DB_URL, MLS_PUBLIC_URL } = settings.functionSecrets
    expect(MLS_SERVICE_DB_URL)
      .toBe(`postgresql://postgres.${ref}:${encodeURIComponent(awkward)}@${region}:6543/postgres`)
    expect(MLS_GATE_DB_URL)
      .toBe(`postgresql://mls_gate.${ref}:${encodeURIComponent(secrets.gate)}@${region}:6543/postgres`)
    expect(MLS_PUBLIC_URL).toBe(`https://${ref}.supabase.co/functions/v1`)
    expect(settings.deployLogin).toMatchObject({ port: 5432, password: awkward })
    expect(settings.gateLogin).toMatchObject({ user: `mls_gate.${ref}`, port: 6543, password: secrets.gate })
  })

  it('ask for the pooler where only the direct address is known, which tells nothing of it', () => {
    const direct = `postgresql://postgres:x@db.${ref}.supabase.co:5432/postgres`
    expect(settingsOf({ MLS_DEPLOY_DB_URL: direct }).problems).toEqual([
      'MLS_SERVICE_DB_URL is not set: the address of the transaction pooler, in the dashboard under Connect.',
    ])
    const { settings, problems } = settingsOf({
      MLS_DEPLOY_DB_URL: direct,
      MLS_SERVICE_DB_URL: `postgresql://postgres.${ref}:x@${region}:6543/postgres`,
    })
    expect(problems).toEqual([])
    expect(settings.functionSecrets.MLS_GATE_DB_URL).toContain(`mls_gate.${ref}:`)
    expect(settings.functionSecrets.MLS_GATE_DB_URL).toContain(`@${region}:6543/`)
  })

  it('take another way in for the gate, and give it its own login there', () => {
    const { settings } = settingsOf({
      MLS_GATE_DB_URL: 'postgresql://postgres:other@gate.example.com:7000/postgres',
    })
    expect(settings.functionSecrets.MLS_GATE_DB_URL)
      .toBe(`postgresql://mls_gate:${encodeURIComponent(secrets.gate)}@gate.example.com:7000/postgres`)
  })

  it.each(['short', 'with a space in it', 'Пароль-для-шлюза-123', 'x'.repeat(129), 'tab\tin the middle'])(
    'refuse a password of the gate that not every driver reads alike: %j',
    (MLS_GATE_PASSWORD) => {
      expect(settingsOf({ MLS_GATE_PASSWORD }).problems)
        .toEqual(['MLS_GATE_PASSWORD must be 16 to 128 printable ASCII characters without spaces.'])
    },
  )

  it('name what is missing or unreadable and quote nothing', () => {
    expect(readSettings({}).problems.map((problem) => problem.split(' ')[0])).toEqual([
      'SUPABASE_PROJECT_REF',
      'MLS_DEPLOY_DB_URL',
      'MLS_SERVICE_DB_URL',
      'MLS_GATE_PASSWORD',
      'SUPABASE_ACCESS_TOKEN',
      'MLS_CRON_SECRET_KEY',
      'MLS_OAUTH_PRIVATE_JWK',
    ])
    const [problem] = settingsOf({ MLS_DEPLOY_DB_URL: 'postgresql://postgres:geheim@[half/x' }).problems
    expect(problem).toMatch(/^MLS_DEPLOY_DB_URL is no address of the form/)
    expect(problem).not.toContain('geheim')
  })

  it('pass on what the functions read and nothing else', () => {
    const { settings } = settingsOf({
      MLS_DB_CA: 'certificate',
      DASH_API_KEY_CY: 'k',
      MLS_LOG_LEVEL: '',
      AWS_SECRET_ACCESS_KEY: 'x',
      MLS_GATE_PASSWORD_OLD: 'x',
    })
    expect(Object.keys(settings.functionSecrets).sort()).toEqual([
      'DASH_API_KEY_CY',
      'MLS_DB_CA',
      'MLS_GATE_DB_URL',
      'MLS_OAUTH_PRIVATE_JWK',
      'MLS_PUBLIC_URL',
      'MLS_SERVICE_DB_URL',
    ])
  })
})

describe('the plan', () => {
  const plan = (changes: Record<string, string | undefined> = {}, options = {}) =>
    planDeployment(settingsOf(changes).settings, ['health', 'oauth'], options)
  const shown = (...parameters: Parameters<typeof plan>) =>
    plan(...parameters).flatMap(({ title, shown }) => [title, ...shown]).join('\n')

  it('has its steps in an order in which each finds what it needs', () => {
    expect(plan().map(({ title }) => title)).toEqual([
      'Apply the migrations that are missing there',
      'Check the policies of Storage',
      'Give the gate role its password',
      'Give the clock its secrets, those that differ',
      'Set the secrets of the functions',
      'Deploy the functions',
      'Ask for its health',
      'Check the first run of each job',
    ])
  })

  it('shows every command and statement and no secret', () => {
    const text = shown()
    expect(text).toContain(
      `--db-url postgresql://postgres.${ref}@${region}:5432/postgres?sslmode=verify-full&sslrootcert=`,
    )
    expect(text).toContain(`alter role mls_gate password 'SCRAM-SHA-256$4096:****'`)
    expect(text).toContain(`MLS_SERVICE_DB_URL=postgresql://postgres.${ref}:****@${region}:6543/postgres`)
    expect(text).toContain('supabase functions deploy health oauth --use-api')
    expect(text).toContain('expected on storage.objects: mls_read, mls_insert, mls_update, mls_delete')
    expect(text).toContain('select vault.update_secret((select id from vault.secrets where name = $1), $2)')
    for (const secret of [...Object.values(secrets), awkward]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(encodeURIComponent(secret))
    }
    expect(text).not.toContain('geheim')
  })

  it('can be shown without any settings', () => {
    const { settings } = readSettings({})
    const text = planDeployment(settings, ['health']).flatMap(({ shown }) => shown).join('\n')
    expect(text).toContain('https://<SUPABASE_PROJECT_REF>.supabase.co/functions/v1')
    expect(text).toContain('sslmode=verify-full')
  })

  it('loads reference data when told to', () => {
    expect(shown()).not.toContain('seed')
    expect(shown({}, { seed: true })).toMatch(/and the reference data in seed\/[^]*--yes --include-seed/)
  })

  it('trusts what MLS_DB_CA holds and shows none of it', () => {
    vi.stubEnv('MLS_DB_CA', createAuthority().cert)
    const { settings } = settingsOf({ MLS_DB_CA: process.env.MLS_DB_CA })
    expect(settings.deployLogin.ssl && settings.deployLogin.ssl.ca).toContain(process.env.MLS_DB_CA)
    expect(shown({ MLS_DB_CA: process.env.MLS_DB_CA })).toContain('MLS_DB_CA=(certificate)')
    vi.unstubAllEnvs()
  })
})
