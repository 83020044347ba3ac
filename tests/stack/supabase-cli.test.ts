import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folders, repository } from '../../scripts/stack/layout.ts'
import { migrationFiles } from '../../scripts/stack/migrate.ts'
import { startThrowaway, type Throwaway } from '../../scripts/stack/throwaway.ts'

let project: Throwaway

beforeAll(async () => {
  project = await startThrowaway({ migrated: false })
})
afterAll(() => project?.remove())

/** Runs the Supabase CLI of the project against a database that is as new as a hosted one, Storage included. */
function supabase(...args: string[]) {
  const url = `${project.url}?sslmode=disable`
  const { status, stdout, stderr } = spawnSync(
    join(repository, 'node_modules/.bin/supabase'),
    [...args, '--db-url', url, '--yes'],
    { cwd: repository, encoding: 'utf8' },
  )
  return { status, output: stdout + stderr }
}

describe('the Supabase CLI', () => {
  it('pushes every migration and the reference data to a new project', () => {
    const { status, output } = supabase('db', 'push', '--include-seed')
    expect(output).toContain('Finished supabase db push.')
    expect(status).toBe(0)
    for (const file of migrationFiles(folders.migrations)) {
      expect(output).toContain(`Applying migration ${file}`)
    }
  })

  it('has nothing to push the second time', () => {
    expect(supabase('db', 'push').output).toContain('Remote database is up to date')
  })

  it('reports no error and no warning on our objects', () => {
    expect(supabase('db', 'advisors', '--level', 'warn', '--fail-on', 'warn')).toMatchObject({
      status: 0,
      output: expect.stringContaining('No issues found'),
    })
  })

  it('is told of every extension where it goes: an advisor warns of those that land in public', () => {
    const statements = migrationFiles(folders.migrations).flatMap((file) =>
      readFileSync(join(folders.migrations, file), 'utf8').match(/create extension.*/g) ?? []
    )
    expect(statements.length).toBeGreaterThan(2)
    for (const statement of statements) expect(statement).toContain(' with schema ')
  })

  it('knows every function by its place, and leaves the check of credentials to it', () => {
    const config = readFileSync(join(repository, 'supabase/config.toml'), 'utf8')
    for (const door of readdirSync(folders.functions).filter((name) => !name.startsWith('_'))) {
      expect(config).toContain(
        `[functions.${door}]\nverify_jwt = false\n` +
          `entrypoint = "../functions/${door}/index.ts"\nimport_map = "../functions/${door}/deno.json"\n`,
      )
      expect(existsSync(join(folders.functions, door, 'deno.json'))).toBe(true)
    }
  })
})
