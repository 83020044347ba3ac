import pg from 'pg'
import { definition, liveColumns } from './definitions.ts'
import { GenerateError } from './generate-error.ts'
import { type Column, type GeneratedObject, identifier, literal, type ObsoleteTable } from './sql.ts'

/** What a migration has to do so that the database is what the dictionary asks for. */
export interface Plan {
  /** Statements in their order; none where nothing differs. */
  statements: string[]
  /** Objects that differ, by their signature. */
  changed: string[]
  /** Ingest names of the resources that the change touches. */
  resources: string[]
  /** Fields whose columns come or go. */
  fields: string[]
  /** Fields that everybody could read before. */
  becameSensitive: string[]
}

/** Columns of tables: the differences as statements. */
interface TableChange {
  additions: string[]
  removals: string[]
  fields: string[]
  /** Views on columns that get another type: they must go before. */
  blocking: string[]
}

/**
 * Compares the objects with what a database has. Both sides are read from the same database, before and after changing
 * it in a transaction that is rolled back, so that only what Postgres understands counts.
 */
export async function planMigration(
  url: string,
  objects: readonly GeneratedObject[],
  obsolete: readonly ObsoleteTable[] = [],
): Promise<Plan> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query('begin')
    const plan = await compare(client, objects, obsolete)
    await client.query('rollback')
    // nothing leaves nothing: it would be compared again as it was
    if (plan.changed.length > 0) await prove(client, objects, obsolete, plan)
    return plan
  } finally {
    await client.end()
  }
}

/** A migration that leaves a difference would be written again and again. */
async function prove(
  client: pg.Client,
  objects: readonly GeneratedObject[],
  obsolete: readonly ObsoleteTable[],
  plan: Plan,
): Promise<void> {
  await client.query('begin')
  for (const statement of plan.statements) await client.query(statement)
  const { changed } = await compare(client, objects, obsolete)
  await client.query('rollback')
  if (changed.length > 0) {
    throw new Error(`After the generated migration these objects would still differ: ${changed.join(', ')}.`)
  }
}

/** The plan for what differs. Leaves the database changed; the caller rolls back. */
async function compare(
  client: pg.Client,
  objects: readonly GeneratedObject[],
  obsolete: readonly ObsoleteTable[],
): Promise<Plan> {
  const of = (...kinds: GeneratedObject['kind'][]) => objects.filter(({ kind }) => kinds.includes(kind))
  const changed: GeneratedObject[] = []
  const tables: TableChange[] = []
  for (const table of of('table')) {
    const change = await changeTable(client, table)
    tables.push(change)
    if (change.additions.length > 0 || change.removals.length > 0) changed.push(table)
  }
  const additions = tables.flatMap((change) => change.additions)
  const removals = tables.flatMap((change) => change.removals)

  const live = new Map<GeneratedObject, string | null>()
  for (const view of of('view')) live.set(view, await definition(client, view))
  const setAside = of('view').filter(({ signature }) =>
    tables.some(({ blocking }) => blocking.includes(signature))
  )
  if (setAside.length > 0) await client.query(takeAway(setAside))
  for (const statement of additions) await run(client, statement)
  for (const view of of('view')) {
    // one that depends on a view before it went with that
    const isGone = live.get(view) !== null && await definition(client, view) === null
    const isReplaced = isGone || await isReplaceable(client, view)
    if (!isReplaced) await client.query(takeAway([view]))
    if (isGone || !isReplaced) await run(client, view.sql)
    const isChanged = await definition(client, view) !== live.get(view)
    if (isChanged) changed.push(view)
    if (!isReplaced || (isGone && isChanged)) setAside.push(view)
  }
  await client.query('delete from mls.views_set_aside where true')
  for (const statement of removals) await run(client, statement)

  const replaced: string[] = []
  for (const object of of('index', 'policy', 'function')) {
    const before = await definition(client, object)
    const sql = object.kind === 'function' || before === null ? object.sql : `${drop(object)}\n${object.sql}`
    await run(client, sql)
    if (await definition(client, object) === before) continue
    changed.push(object)
    replaced.push(sql)
    if (object.then) {
      await run(client, object.then)
      replaced.push(object.then)
    }
  }

  const gone: ObsoleteTable[] = []
  for (const object of obsolete) {
    if (await liveColumns(client, object.table) === null) continue
    await run(client, object.sql)
    gone.push(object)
  }

  const rendered = namesOf(changed.filter(isRendered))
  const fields = unique(tables.flatMap((change) => change.fields))
  const becameSensitive = tables.filter((_, index) => of('table')[index]!.signature.endsWith('_sensitive'))
    .flatMap((change) => change.fields).filter((name) =>
      removals.some((sql) => sql.includes(` drop column ${identifier(name)};`))
    )
  return {
    statements: [
      ...(setAside.length > 0 ? [takeAway(unique(setAside))] : []),
      ...additions,
      ...of('view').filter((view) => changed.includes(view) || setAside.includes(view)).map(({ sql }) => sql),
      ...removals,
      ...(setAside.length > 0 ? ['select mls.put_back();'] : []),
      ...replaced,
      ...gone.map(({ sql }) => sql),
      ...(rendered.length > 0 ? [`select mls.request_rerender(${array(rendered)});`] : []),
    ],
    changed: [...changed.map(({ signature }) => signature), ...gone.map(({ table }) => table)],
    resources: unique([...namesOf(changed), ...gone.map(({ resource }) => resource)]),
    fields,
    becameSensitive,
  }
}

/** Whether rows that exist are served otherwise after a change of this. */
function isRendered({ kind, signature }: GeneratedObject): boolean {
  return kind === 'table' || (kind === 'view' && signature.endsWith('_reso')) ||
    signature.startsWith('mls.refresh_')
}

const unique = <T>(values: T[]) => [...new Set(values)]

function namesOf(objects: GeneratedObject[]): string[] {
  return [...new Set(objects.flatMap(({ resource }) => resource ?? []))]
}

const array = (names: string[]) => literal(`{${names.join(',')}}`)

const takeAway = (views: GeneratedObject[]) =>
  `select mls.set_aside(${array(views.map(({ signature }) => signature))});`

function drop({ kind, signature }: GeneratedObject): string {
  if (kind === 'index') return `drop index ${signature};`
  const [table, name] = signature.split(' ')
  return `drop policy ${name} on ${table};`
}

async function run(client: pg.Client, statement: string): Promise<void> {
  try {
    await client.query(statement)
  } catch (error) {
    const { message, detail, hint } = error as pg.DatabaseError
    throw new GenerateError(
      [`${message}.`, detail, hint && `Hint: ${hint}`, `In: ${statement.split('\n', 1)[0]}`].filter(Boolean)
        .join('\n  '),
    )
  }
}

/**
 * What a table needs. Columns of fields bear their names, so a column with a capital letter that the dictionary does not
 * name is one of a field that is gone; others were added by hand and stay. All of it can be rendered again.
 */
async function changeTable(client: pg.Client, table: GeneratedObject): Promise<TableChange> {
  const live = await liveColumns(client, table.signature)
  if (live === null) return { additions: [table.sql], removals: [], fields: [], blocking: [] }
  const wanted = table.columns ?? []
  const isSame = (one: Column) => (other: Column) => one.name === other.name && one.type === other.type
  const added = wanted.filter((column) => !live.some(isSame(column)))
  const retyped = added.filter(({ name }) => live.some((column) => column.name === name))
  const gone = live.filter(({ name }) =>
    /[A-Z]/.test(name) && name !== 'ModificationTimestamp' && !wanted.some((column) => column.name === name)
  )
  const alter = (what: string) => `alter table ${table.signature} ${what};`
  return {
    additions: [
      ...retyped.map(({ name }) => alter(`drop column ${identifier(name)}`)),
      ...added.map(({ name, type }) => alter(`add column ${identifier(name)} ${type}`)),
      ...(added.length > 0 && table.afterColumns ? [table.afterColumns] : []),
    ],
    removals: gone.map(({ name }) => alter(`drop column ${identifier(name)}`)),
    fields: [...added, ...gone].map(({ name }) => name),
    blocking: await viewsOn(client, table.signature, retyped.map(({ name }) => name)),
  }
}

async function viewsOn(client: pg.Client, table: string, columns: string[]): Promise<string[]> {
  const { rows } = await client.query<{ view: string }>(
    `select distinct n.nspname || '.' || c.relname as view
     from pg_attribute a
     join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum
     join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
     join pg_class c on c.oid = r.ev_class
     join pg_namespace n on n.oid = c.relnamespace
     where a.attrelid = to_regclass($1) and a.attname = any ($2)`,
    [table, columns],
  )
  return rows.map(({ view }) => view)
}

/** Tries `create or replace`, which keeps what depends on a view but can only append columns. */
async function isReplaceable(client: pg.Client, view: GeneratedObject): Promise<boolean> {
  const invalidTableDefinition = '42P16'
  await client.query('savepoint replacing')
  try {
    await client.query(view.sql)
    return true
  } catch (error) {
    if ((error as pg.DatabaseError).code !== invalidTableDefinition) {
      throw new GenerateError(`${view.signature}: ${(error as Error).message}`)
    }
    await client.query('rollback to savepoint replacing')
    return false
  }
}
