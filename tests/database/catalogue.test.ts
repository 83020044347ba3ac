import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCatalogue } from '../../scripts/catalogue/read.ts'
import { folders } from '../../scripts/stack/layout.ts'
import { migrationFiles } from '../../scripts/stack/migrate.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** `npm run catalogue` is the proof that migrations which were cut or folded still make the same: it must see everything. */
let database: TestDatabase
let before: string[]

beforeAll(async () => {
  database = await createDatabase()
  before = await readCatalogue(database.url)
})
afterAll(() => database?.drop())

const changes: [what: string, sql: string, line: RegExp][] = [
  ['a table', 'create table mls.trial_table (id int)', /^relation mls\.trial_table: r p/],
  [
    'a storage',
    'alter table mls_listings alter column name set storage external',
    /^column .* name: text storage e/,
  ],
  [
    'a compression',
    'alter table mls_listings alter column ref set compression pglz',
    /ref: .* compression p/,
  ],
  ['a default', `alter table mls_listings alter column city set default 'x'`, / city: .* default 'x'/],
  [
    'a constraint',
    'alter table mls_listings add constraint trial check (version > 0)',
    /^constraint .* trial/,
  ],
  [
    'an index of a partition',
    'create index trial on mls.search_index_media (seq)',
    /^index mls\.search_index_media mls\.trial/,
  ],
  [
    'an option of a table',
    'alter table mls_showings set (fillfactor = 70)',
    /^relation .*showings.*with fillfactor=70/,
  ],
  [
    'row security',
    'alter table mls_showings no force row level security',
    /^relation public\.mls_showings: r p .*rls replica/,
  ],
  [
    'an option of a view',
    'alter view listing_inbox set (security_barrier = true)',
    /^relation .*inbox.*security_barrier=true/,
  ],
  [
    'a body',
    `create or replace function mls.jwt() returns jsonb language sql as 'select null::jsonb'`,
    /^function mls\.jwt\(\)/,
  ],
  ['a setting of a function', 'alter function mls.totals(jsonb) set jit = off', /^function mls\.totals/],
  [
    'a grant on a function',
    'grant execute on function mls.totals(jsonb) to anon',
    /^grant mls\.totals\(jsonb\): EXECUTE to anon/,
  ],
  [
    'a grant on a column',
    'grant update (ref) on mls_listings to anon',
    /^grant public\.mls_listings\.ref: UPDATE to anon/,
  ],
  [
    'a grant on a sequence',
    'grant usage on sequence mls.stamp_seq to anon',
    /^grant mls\.stamp_seq: USAGE to anon/,
  ],
  ['a grant on a schema', 'grant create on schema mls to anon', /^grant schema mls: CREATE to anon/],
  [
    'a policy',
    'create policy trial on mls_showings using (true)',
    /^policy public\.mls_showings trial: PERMISSIVE ALL/,
  ],
  [
    'a trigger that is off',
    'alter table mls_showings disable trigger touch',
    /^trigger public\.mls_showings touch: .* D$/,
  ],
  [
    'a comment on a column',
    `comment on column mls_showings.listing_id is 'trial'`,
    /listing_id: uuid.*"trial"/,
  ],
  ['a type', `create type mls.trial_kind as enum ('a', 'b')`, /^type mls\.trial_kind: e a,b/],
  [
    'what the next table grants',
    'alter default privileges in schema mls grant select on tables to anon',
    /^grant new r in mls: SELECT to anon/,
  ],
  [
    'a publication',
    'alter publication supabase_realtime add table mls_showings',
    /^publication supabase_realtime: public\.mls_showings/,
  ],
]

describe('the catalogue', () => {
  it('is the same for the same migrations', async () => {
    const other = await createDatabase()
    expect(await readCatalogue(other.url).finally(() => other.drop())).toEqual(before)
    expect(before.length).toBeGreaterThan(5000)
  })

  it('shows every kind of change', async () => {
    for (const [, sql] of changes) await database.pool.query(sql)
    const known = new Set(before)
    const added = (await readCatalogue(database.url)).filter((line) => !known.has(line))
    for (const [what, , line] of changes) {
      expect(
        added.some((text) => line.test(text)),
        `${what}: ${added.map((text) => text.slice(0, 90)).join('\n')}`,
      ).toBe(true)
    }
  })
})

describe('the migrations', () => {
  const files = migrationFiles(folders.migrations)

  it('are numbered without gaps and bear names of their own', () => {
    expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1))
    expect(new Set(files.map((name) => name.slice(5))).size).toBe(files.length)
  })

  it('define each function once', () => {
    // what `npm run generate` appended replaces what stands before it, until it is folded
    const functions = files.filter((file) => !/^\d{4}_generated_/.test(file)).flatMap((file) =>
      [
        ...readFileSync(join(folders.migrations, file), 'utf8').matchAll(
          /^create (?:or replace )?function ([^\s(]+\([^)]*\))/gm,
        ),
      ]
        .map(([, signature]) => signature!)
    )
    expect(functions.length).toBeGreaterThan(300)
    expect(functions.filter((name, index) => functions.indexOf(name) !== index)).toEqual([])
  })
})
