import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseQueryOptions } from '../../functions/_shared/odata/syntax/parser.ts'
import { countStatement, pageStatements } from '../../functions/_shared/odata/sql/collection.ts'
import { expansionStatement } from '../../functions/_shared/odata/sql/expansion.ts'
import { modelFor } from '../../functions/_shared/odata/model/model.ts'
import { planCollection } from '../../functions/_shared/odata/plan/plan.ts'
import type { Statement } from '../../functions/_shared/odata/sql/statement.ts'
import { fillServed } from '../../scripts/bench/fill.ts'
import { repository } from '../../scripts/stack/layout.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/**
 * Every query that the integration guide promises to be fast, as the door sends it, behind row level security, at tens
 * of thousands of listings: no table is read from end to end, and what an index yields is not thrown away again.
 */
const rows = 30_000
/** Rows that may be read beyond those of the answer: a page of a town is found along the order of insertion. */
const wasted = rows / 5

const guide = readFileSync(join(repository, 'docs/integration.md'), 'utf8')
const promised = [...guide.matchAll(/^\| `(\w+)\?(.+?)` \|/gm)].map(([, resource, query]) =>
  [resource!, query!] as const
)

/** Clients of one large office, of one small one, and of all. */
const clients: Record<string, string[]> = {
  large: ['SHARPSIR-CY-001'],
  small: ['SHARPSIR-HU-001'],
  all: ['SHARPSIR-CY-001', 'SHARPSIR-HU-001', 'SHARPSIR-KZ-001'],
}

/** Tables that the benchmark does not fill, with their keys and a link to another record. */
const others = [
  ['served_member', 'MemberKey', 'OfficeKey'],
  ['served_office', 'OfficeKey', 'OfficeBrokerKey'],
  ['served_contacts', 'ContactKey', 'ContactFullName'],
  ['served_showing_appointment', 'ShowingAppointmentKey', 'ListingKey'],
] as const

/** What the examples of the guide are called in the benchmark's collection; both are asked for. */
const known: [RegExp, string][] = [[/QOBRIX_(\d)/g, 'QOBRIX_BENCH_$1'], [/Limassol/g, 'Town 7'], [
  /villa/g,
  'harbour',
]]

let database: TestDatabase
const claims: Record<string, string> = {}

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  const client = new pg.Client(database.url)
  await client.connect()
  await fillServed(client, rows, {
    text: 'A home with a view of the sea, ten minutes from the harbour.',
    photosEach: 2,
  })
  for (const [table, key, link] of others) {
    await client.query(
      `insert into public.${table} (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp,
         "ModificationTimestamp", doc, doc_gold, doc_dd2, "${key}", "${link}")
       select gen_random_uuid(), t.id, n, o.office_key, true, false, n, mls.stamp_time(n), '', '', '', '${key}_' || n, 'LINK_' || n % 500
       from generate_series(1, 5000) n, public.mls_tenants t, public.mls_offices o where t.code = 'CY' and o.office_key = 'SHARPSIR-CY-001'`,
    )
  }
  // to the end, however slow the machine: what is not in yet is taken apart by each search
  await client.query(`select mls.index_words('1 hour')`)
  await client.query('vacuum analyze')
  for (const [name, offices] of Object.entries(clients)) {
    const properties = { client_id: name, name, secret: 'x'.repeat(40), scopes: ['odata'], offices }
    await client.query('select mls.upsert_api_client($1)', [properties])
    const { rows: [row] } = await client.query(`select mls.api_client_context($1) ->> 'claims' as claims`, [
      name,
    ])
    claims[name] = row.claims
  }
  await client.end()
}, 180_000)
afterAll(() => database?.drop())

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Node[]
}

interface Scan {
  type: string
  table: string
  read: number
}

/** The scans of a plan, and how many rows they read of each table. */
function scans(node: Node): Scan[] {
  const own = node['Relation Name'] && node['Node Type'].includes('Scan')
    ? [{
      type: node['Node Type'],
      table: node['Relation Name'],
      read: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    }]
    : []
  return [...own, ...(node.Plans ?? []).flatMap(scans)]
}

async function explain(client: string, { text, values }: Statement): Promise<Node> {
  const connection = await database.pool.connect()
  try {
    await connection.query('begin read only; set local role mls_api_read')
    await connection.query(`select set_config('mls.claims', $1, true)`, [claims[client]])
    const { rows: [row] } = await connection.query(
      `explain (analyze, timing off, format json) ${text}`,
      values,
    )
    return row['QUERY PLAN'][0].Plan
  } finally {
    await connection.query('rollback')
    connection.release()
  }
}

/** What the door would send for a query: its page and its count. */
function statementsOf(
  resource: string,
  query: string,
  offices: string[],
): { statement: Statement; isCount: boolean }[] {
  const model = modelFor('gold', ['Contacts', 'ShowingAppointment'])
  const reader = { offices, visibility: 'all' as const, grants: [], claims: '' }
  const options = parseQueryOptions(
    query.split('&').map((part) => part.replace(/=(.*)/, (_, value) => `=${encodeURIComponent(value)}`)).join(
      '&',
    ),
  )
  const plan = {
    ...planCollection(model, model.entityTypes.get(resource)!, options),
    limit: options.top ?? 100,
  }
  const keys = Array.from({ length: 100 }, (_, n) => `QOBRIX_BENCH_${n + 1}`)
  return [
    ...pageStatements(plan, reader, 'gold').map((statement) => ({
      statement: statement(plan.limit + 1),
      isCount: false,
    })),
    ...(options.count ? [{ statement: countStatement(plan, reader), isCount: true }] : []),
    ...plan.expansions.map((expansion) => ({
      statement: expansionStatement(expansion, keys, reader, 'gold', 50_000),
      isCount: false,
    })),
  ]
}

describe.each(Object.keys(clients))('for a client of %s offices', (client) => {
  it.each(promised)('%s?%s', async (resource, query) => {
    const same = known.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), query)
    for (
      const { statement, isCount } of [query, same].flatMap((text) =>
        statementsOf(resource, text, clients[client]!)
      )
    ) {
      const found = scans(await explain(client, statement))
      // A count reads what it counts, but from an index alone.
      const isBad = ({ type, read }: Scan) =>
        type === 'Seq Scan' || (read > wasted && !(isCount && type === 'Index Only Scan'))
      const bad = found.filter((scan) => scan.table.startsWith('served_') && isBad(scan))
      expect({ statement: statement.text, bad }).toEqual({ statement: statement.text, bad: [] })
    }
  })
})

it('words are looked up in their index', async () => {
  const { rows: [row] } = await database.pool.query(`
    explain (analyze, format json)
    select seq from mls.search_index where resource = 'property' and words @@ mls.search_term('phrase', 'bench 77')`)
  const found = scans(row['QUERY PLAN'][0].Plan)
  expect(found).toEqual([{ type: 'Bitmap Heap Scan', table: 'search_index_property', read: 1 }])
})

it('the guide promises something', () => expect(promised.length).toBeGreaterThan(20))
