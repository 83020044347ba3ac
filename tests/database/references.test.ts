import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoUsers } from '../../scripts/stack/demo.ts'
import { act, type Claims, claimsOf } from '../support/act.ts'
import { storeFile } from '../support/stored.ts'
import { createDatabase, openPool, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/** What a row of a listing may point to, and who reads it once nobody holds the listing any more. */
let database: TestDatabase
let pool: pg.Pool
let who: ReturnType<typeof claimsOf>
let cyprus: string
let hungary: string
let id: string
const foreigner = 'b0000000-0000-4000-8000-00000000abcd'

const one = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows[0]
const as = (claims: Claims, sql: string, values: unknown[] = [id]) => act(pool, claims, sql, values)
const count = async (claims: Claims, table: string) =>
  (await as(claims, `select count(*)::int as n from ${table} where listing_id = $1`))[0]!.n

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  pool = openPool({ connectionString: database.url, max: 4 })
  cyprus = (await one(`select id from mls_tenants where code = 'CY'`)).id
  hungary = (await one(`select id from mls_tenants where code = 'HU'`)).id
  who = claimsOf(cyprus)
  await database.pool.query(
    `insert into mls_members (tenant_id, originating_office_key, origin_member_key, user_id)
     values ($1, 'SHARPSIR-HU-001', 'M_HU', $2)`,
    [hungary, foreigner],
  )
  await database.pool.query(`select ingest_listing('{"ListingKey": "QOBRIX_refs", "ListingId": "REFS",
    "OriginatingSystemOfficeKey": "SHARPSIR-CY-001", "StandardStatus": "Active", "City": "Пафос"}')`)
  id = (await one(`select id from mls_listings where origin_key = 'QOBRIX_refs'`)).id
  await as(who.broker, 'select claim_listing($1)')
  await storeFile(database.pool, 'mls-documents', `${id}/deed.pdf`)
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

const foreign = { code: '23503' }

describe('references stay within the market', () => {
  const typeOf = async (tenant: string) =>
    (await one('select id from mls_document_type_config where tenant_id = $1 limit 1', [tenant])).id
  const document = (claims: Claims, type: string, path: string) =>
    as(
      claims,
      `insert into mls_listing_documents (listing_id, document_type_id, storage_path, file_name)
       values ($1, $2, $3, 'deed.pdf')`,
      [id, type, path],
    )

  it('a document has a type of its market', async () => {
    await expect(document(who.broker, await typeOf(hungary), `${id}/deed.pdf`)).rejects.toMatchObject({
      ...foreign,
      message: 'document_type_id names a row of another market.',
    })
    await document(who.broker, await typeOf(cyprus), `${id}/deed.pdf`)
  })

  it('a document is a file that was uploaded, of a kind and size that its type allows', async () => {
    const type = await typeOf(cyprus)
    await expect(document(who.broker, type, `${id}/never.pdf`)).rejects.toMatchObject({ code: '22023' })
    await storeFile(database.pool, 'mls-media', `${id}/photo.pdf`)
    await expect(document(who.broker, type, `${id}/photo.pdf`)).rejects.toMatchObject({ code: '22023' })
    for (
      const [name, metadata] of [['page.html', { mimetype: 'text/html' }], ['big.pdf', {
        size: 60 * 1048576,
      }]] as const
    ) {
      await storeFile(database.pool, 'mls-documents', `${id}/${name}`, metadata)
      await expect(document(who.broker, type, `${id}/${name}`)).rejects.toMatchObject({ code: '22023' })
    }
    const { mime_type, size_bytes } = await one(
      'select mime_type, size_bytes from mls_listing_documents limit 1',
      [],
    )
    expect([mime_type, size_bytes]).toEqual(['application/pdf', '1000'])
  })

  it.each([
    ['another listing', `${cyprus}/deed.pdf`],
    ['no folder', 'deed.pdf'],
    ['a way up', 'ID/../x/deed.pdf'],
    ['a way nowhere', 'ID/./deed.pdf'],
    ['an empty part', 'ID//deed.pdf'],
    ['a folder without a file', 'ID/'],
    ['a leading slash', '/ID/deed.pdf'],
    ['a backslash', 'ID/..\\deed.pdf'],
    ['a line break', 'ID/deed\n.pdf'],
  ])('no file lies in %s', async (_, path) => {
    await storeFile(database.pool, 'mls-documents', path.replace('ID', id))
    await expect(document(who.broker, await typeOf(cyprus), path.replace('ID', id))).rejects.toMatchObject({
      code: '23514',
    })
    await expect(
      as(who.broker, 'insert into mls_listing_media (listing_id, storage_path) values ($1, $2)', [
        id,
        path.replace('ID', id),
      ]),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(23514|22023)$/) })
  })

  it('a contact is of the market', async () => {
    const stranger = (await one(
      `insert into mls_contacts (tenant_id, last_name) values ($1, 'Nagy') returning id`,
      [hungary],
    )).id
    await expect(
      as(
        who.broker,
        `insert into mls_listing_contact_roles (listing_id, contact_id, role) values ($1, $2, 'OWNER')`,
        [id, stranger],
      ),
    ).rejects.toMatchObject(foreign)
    await expect(
      as(who.admin, `insert into mls_developments (name, developer_contact_id) values ('Marina', $1)`, [
        stranger,
      ]),
    ).rejects.toMatchObject(foreign)
  })

  it('a project, a building and a step are of the market', async () => {
    const project = (await one(
      `insert into mls_developments (tenant_id, name) values ($1, 'Duna') returning id`,
      [hungary],
    )).id
    const building = (await one(
      `insert into mls_development_buildings (tenant_id, development_id, name) values ($1, $2, 'A') returning id`,
      [hungary, project],
    )).id
    const template =
      (await one('select id from mls_checklist_templates where tenant_id = $1 limit 1', [hungary])).id
    for (
      const [claims, sql, value] of [
        [who.broker, 'update mls_listings set development_id = $2 where id = $1', project],
        [who.broker, 'update mls_listings set building_id = $2 where id = $1', building],
        [
          who.admin,
          `insert into mls_development_buildings (development_id, name) select $2, 'B' where $1::uuid is not null`,
          project,
        ],
        [
          who.admin,
          `update mls_checklist_templates set depends_on = $2 where id = (
             select id from mls_checklist_templates order by id limit 1) and $1::uuid is not null`,
          template,
        ],
      ] as const
    ) {
      await expect(as(claims, sql, [id, value]), sql).rejects.toMatchObject(foreign)
    }
  })

  it('people are of the market; whom no market knows is taken', async () => {
    for (
      const [claims, sql] of [
        [who.broker, 'select set_co_broker($1, $2)'],
        [
          who.broker,
          `insert into mls_listing_tasks (listing_id, title, assigned_to) values ($1, 'Call', $2)`,
        ],
        [who.broker, `select request_approval($1, 'MARKETING', null, '{}', $2)`],
        [
          who.broker,
          `insert into mls_contacts (last_name, assigned_to) select 'x', $2 where $1::uuid is not null`,
        ],
      ] as const
    ) {
      await expect(as(claims, sql, [id, foreigner]), sql).rejects.toMatchObject({
        ...foreign,
        message: expect.stringContaining('names a user of another market'),
      })
    }
    await as(
      who.broker,
      `insert into mls_listing_tasks (listing_id, title, assigned_to) values ($1, 'Call', $2)`,
      [
        id,
        demoUsers.manager_cy.id,
      ],
    )
    await expect(
      as(who.broker, 'update mls_listing_tasks set assigned_to = $2 where listing_id = $1', [id, foreigner]),
    )
      .rejects.toMatchObject(foreign)
    await database.pool.query(`select ingest_listing('{"ListingKey": "QOBRIX_for", "ListingId": "FOR",
      "OriginatingSystemOfficeKey": "SHARPSIR-CY-001"}')`)
    const other = (await one(`select id from mls_listings where origin_key = 'QOBRIX_for'`)).id
    await expect(as(who.admin, 'select claim_listing($1, $2)', [other, foreigner])).rejects.toMatchObject(
      foreign,
    )
    await as(who.admin, 'select claim_listing($1, $2)', [other, 'b0000000-0000-4000-8000-00000000eeee'])
  })

  it('a task belongs to a step of its own listing', async () => {
    const { rows: [item] } = await database.pool.query(
      `select id from mls_listing_checklist_items where listing_id <> $1 limit 1`,
      [id],
    )
    await expect(
      as(
        who.broker,
        `insert into mls_listing_tasks (listing_id, title, checklist_item_id) values ($1, 'x', $2)`,
        [
          id,
          item.id,
        ],
      ),
    ).rejects.toMatchObject(foreign)
  })

  it('nothing that users may set points out of the market unchecked', async () => {
    const { rows } = await database.pool.query(`
      select c.conrelid::regclass::text as "table", a.attname as "column"
      from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
      where c.contype = 'f' and a.attname not in ('listing_id', 'tenant_id', 'checklist_item_id', 'portal_id')
        and (has_column_privilege('authenticated', c.conrelid, a.attname, 'insert')
          or has_column_privilege('authenticated', c.conrelid, a.attname, 'update'))
        and exists (select from pg_attribute t where t.attrelid = c.confrelid and t.attname = 'tenant_id')
        and not exists (
          select from pg_trigger g
          where g.tgrelid = c.conrelid and g.tgfoid = 'mls.check_within_market'::regproc
            and pg_get_triggerdef(g.oid) ~ ('[(\\s]''' || a.attname || '='))`)
    expect(rows).toEqual([])
  })
})

describe('what was worked on stays with those who worked', () => {
  const work = [
    'mls_listing_documents',
    'mls_listing_notes',
    'mls_listing_tasks',
    'mls_listing_checklist_items',
    'mls_listing_approvals',
    'mls_listing_contact_roles',
  ]

  it('no colleague reads it after a release, the broker, the team leader and the administrator do', async () => {
    const contact =
      (await as(who.broker, `insert into mls_contacts (last_name) values ('Seller') returning id`, []))[0]!
    await as(
      who.broker,
      `insert into mls_listing_contact_roles (listing_id, contact_id, role, notes) values ($1, $2, 'OWNER', 'hard to reach')`,
      [id, contact.id],
    )
    await as(
      who.broker,
      `insert into mls_listing_notes (listing_id, body) values ($1, 'The owner is in a hurry')`,
    )
    await as(who.broker, `select request_approval($1, 'MARKETING')`)
    const type =
      (await one('select id from mls_document_type_config where tenant_id = $1 limit 1', [cyprus])).id
    await storeFile(database.pool, 'mls-documents', `${id}/plan.pdf`)
    await as(
      who.broker,
      `insert into mls_listing_documents (listing_id, document_type_id, storage_path, file_name, is_confidential)
       values ($1, $2, $3, 'plan.pdf', false)`,
      [id, type, `${id}/plan.pdf`],
    )
    const colleague = who.user(7)
    for (const table of work) expect(await count(who.broker, table), table).toBeGreaterThan(0)
    await as(who.broker, 'select release_listing($1)')

    for (const table of work.slice(1)) expect(await count(colleague, table), table).toBe(0)
    const papers = (claims: Claims) =>
      as(claims, 'select file_name from mls_listing_documents where listing_id = $1 order by 1').then((
        rows,
      ) => rows.map((row) => row.file_name))
    expect(await papers(colleague)).toEqual(['plan.pdf'])
    for (const claims of [who.broker, who.manager, who.admin]) {
      expect(await papers(claims)).toEqual(['deed.pdf', 'plan.pdf'])
      expect(await count(claims, 'mls_listing_notes')).toBe(1)
    }
    for (const table of work) expect(await count(who.admin, table), table).toBeGreaterThan(0)
    expect(
      await as({ ...who.user(8), uoi: hungary }, 'select 1 from mls_listing_documents where listing_id = $1'),
    )
      .toEqual([])
  })

  it('who claims it next takes the work over', async () => {
    await as(who.user(9), 'select claim_listing($1)')
    for (const table of work) expect(await count(who.user(9), table), table).toBeGreaterThan(0)
  })
})

describe('rights are the letters c, r, u and d', () => {
  it.each(['read', 'CRUD', 'crud ', 'create,read', ['c', 'r'], { r: true }, 'wr'])(
    '%j gives none',
    async (crud) => {
      const claims = { ...who.admin, crud }
      for (const action of ['c', 'r', 'u', 'd']) {
        const [row] = await as(claims, 'select coalesce(mls.can($1), false) as can', [action])
        expect(row!.can).toBe(false)
      }
      expect(await as(claims, 'select 1 from mls_listings', [])).toEqual([])
      const [access] = await as(claims, 'select my_access() as access', [])
      expect(access!.access.problems.join()).toContain('crud')
    },
  )

  it.each(['', 'r', 'dr', 'crud'])('%j gives what it names', async (crud) => {
    for (const action of ['c', 'r', 'u', 'd']) {
      const [row] = await as({ ...who.admin, crud }, 'select mls.can($1) as can', [action])
      expect(row!.can).toBe(crud.includes(action))
    }
  })
})
