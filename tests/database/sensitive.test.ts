import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { sensitiveFields, servedName } from '../../functions/_shared/reso/names.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/**
 * Sensitive fields, guarded one by one by the database: what the door could read with a client's claims and SQL of its
 * own choice, not what the door happens to ask.
 */
let database: TestDatabase

const guarded = resources.filter((resource) => sensitiveFields(resource).length > 0)
const tableOf = (resource: typeof guarded[number]) => `public.${servedName(resource)}_sensitive`
const viewOf = (resource: typeof guarded[number]) =>
  `mls.${servedName(resource).replace('served_', 'granted_')}`
const fieldsOf = (resource: typeof guarded[number]) => sensitiveFields(resource).map(({ name }) => name)

beforeAll(async () => {
  database = await createDatabase()
  await database.pool.query(`
    insert into public.mls_tenants (code, name, country, currency_code) values ('T1', 'Test', 'CY', 'EUR');
    insert into public.mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system)
    select t.id, o.office_key, o.office_key, true, 'QOBRIX'
    from public.mls_tenants t, (values ('A-1'), ('B-1')) o (office_key) where t.code = 'T1'`)
  for (const resource of guarded) {
    const names = fieldsOf(resource)
    await database.pool.query(`delete from ${tableOf(resource)} where true`) // the offices themselves are served
    for (const [office, isPublished] of [['A-1', true], ['A-1', false], ['B-1', true]] as const) {
      await database.pool.query(
        `insert into ${tableOf(resource)} (record_id, office_key, is_published, doc, ${
          names.map((name) => `"${name}"`).join(', ')
        }) values (gen_random_uuid(), $1, $2, 'all of it', ${
          names.map((name) => `'${name} ${office}'`).join(', ')
        })`,
        [office, isPublished],
      )
    }
  }
})
afterAll(() => database?.drop())

/** Runs SQL as the API's reader with the claims of a client with these rights. */
async function asClient(
  rights: { grants?: string[]; offices?: string[]; api_visibility?: string },
  sql: string,
): Promise<pg.QueryResultRow[]> {
  const client = {
    client_id: `c_${randomBytes(4).toString('hex')}`,
    name: 'Portal',
    secret: randomBytes(24).toString('base64url'),
    scopes: ['odata'],
    offices: ['A-1'],
    ...rights,
  }
  await database.pool.query('select mls.upsert_api_client($1)', [client])
  const { rows: [row] } = await database.pool.query(
    `select mls.api_client_context($1) ->> 'claims' as claims`,
    [client.client_id],
  )
  const connection = await database.pool.connect()
  try {
    await connection.query('begin read only; set local role mls_api_read')
    await connection.query(`select set_config('mls.claims', $1, true)`, [row.claims])
    return (await connection.query(sql)).rows
  } finally {
    await connection.query('rollback')
    connection.release()
  }
}

describe.each(guarded.map((resource) => ({ name: resource.name, resource })))(
  'sensitive fields of $name',
  ({ name, resource }) => {
    const fields = fieldsOf(resource)
    const everything = `select to_jsonb(v) - 'record_id' as row from ${viewOf(resource)} v`
    const shown = (granted: string[]) => ({
      doc: granted.length === fields.length ? 'all of it' : null,
      ...Object.fromEntries(fields.map((field) => [field, granted.includes(field) ? `${field} A-1` : null])),
    })

    it.each(fields)('are %s alone for a client that was granted only this', async (field) => {
      const rows = await asClient({ grants: [`${name}.${field}`] }, everything)
      expect(rows.map(({ row }) => row)).toEqual([shown([field]), shown([field])])
    })

    it('are all for a client that was granted all, by name or by *', async () => {
      for (const grants of [[`${name}.*`], fields.map((field) => `${name}.${field}`)]) {
        const rows = await asClient({ grants }, everything)
        expect(rows.map(({ row }) => row)).toEqual([shown(fields), shown(fields)])
      }
    })

    it('are none for others, whatever else they were granted', async () => {
      const others = guarded.filter((other) => other.name !== name).map((other) => `${other.name}.*`)
      for (const grants of [[], ['Contacts', 'ShowingAppointment'], others]) {
        const rows = await asClient({ grants }, everything)
        expect(rows.map(({ row }) => row)).toEqual([shown([]), shown([])])
      }
    })

    it('are of the own offices, and of published records where no others are seen', async () => {
      const grants = [`${name}.*`]
      expect(await asClient({ grants, offices: [] }, everything)).toEqual([])
      expect(await asClient({ grants, offices: ['A-1', 'B-1'] }, everything)).toHaveLength(3)
      expect(await asClient({ grants, api_visibility: 'published' }, everything)).toHaveLength(1)
    })

    it('cannot be coaxed out by a condition', async () => {
      const [hidden, granted] = [fields.at(-1)!, fields[0]!]
      if (hidden === granted) return
      const sql = `select * from ${viewOf(resource)} where "${hidden}" like '${hidden}%' or doc like 'all%'`
      expect(await asClient({ grants: [`${name}.${granted}`] }, sql)).toEqual([])
    })

    it('are out of reach in their table', async () => {
      await expect(asClient({ grants: [`${name}.*`] }, `select * from ${tableOf(resource)}`)).rejects.toThrow(
        'permission denied',
      )
    })
  },
)
