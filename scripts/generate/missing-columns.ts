import pg from 'pg'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'
import { liveColumns } from './definitions.ts'

const place = 'Until version 1.0 in the migration of its table, from then on in one of your own'

/** Columns that views, merge and deletion use of every resource, whatever its fields are. */
const always: Record<string, string> = {
  id: 'uuid',
  seq: 'bigint',
  tenant_id: 'uuid',
  originating_office_key: 'text',
  extensions: 'jsonb',
  updated_at: 'timestamptz',
}

/** And those that remember what the source last said, where no table beside it does: of all but listings and media. */
const remembered: Record<string, string> = {
  origin_hash: 'text',
  origin_modified_ts: 'timestamptz',
  origin_deleted: 'boolean',
  delivered_by: 'text',
}

function technicalColumns({ table, listing }: Resource): Record<string, string> {
  const hasOrigins = ['mls_listings', 'mls_listing_media'].includes(table)
  return { ...always, ...(hasOrigins ? {} : remembered), ...(listing ? { listing_id: 'uuid' } : {}) }
}

/**
 * What the table of a resource does not have, or has with another type: the columns of fields, and those that the hub
 * itself needs. Each with the way out.
 */
export async function missingColumns(url: string, resources: readonly Resource[]): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const faults: string[] = []
    for (const resource of resources) {
      const live = await liveColumns(client, `public.${resource.table}`)
      if (live === null) {
        faults.push(
          `There is no table public.${resource.table} for ${resource.name}. Make it in a migration of the subject \`listings\`, ` +
            `as mls_open_houses is made, with a row of mls.resources. Beside the fields it holds ${
              Object.entries(technicalColumns(resource)).map((column) => column.join(' ')).join(', ')
            }.`,
        )
        continue
      }
      const held = new Set(resource.fields.map(({ column }) => column))
      for (const [name, wanted] of Object.entries(technicalColumns(resource))) {
        const found = live.find((column) => column.name === name)
        if (found?.type === wanted || (found && held.has(name))) continue
        faults.push(
          `${resource.name}: ${resource.table}.${name} is ${
            found?.type ?? 'missing'
          } and should be ${wanted}: views, merge and deletion use it.`,
        )
      }
      for (const field of resource.fields) {
        if (!field.column) continue
        const wanted = field.columnType ?? pgType(field.type)
        const found = live.find(({ name }) => name === field.column)
        if (!found) faults.push(absent(resource, field, wanted))
        // what a rule derives from a column may have another type
        else if (found.type !== wanted && !field.view) {
          faults.push(
            `${resource.name}.${field.name}: ${resource.table}.${field.column} is ${found.type} and should be ${wanted}.`,
          )
        }
      }
    }
    return faults
  } finally {
    await client.end()
  }
}

function absent({ name, table }: Resource, field: Field, type: string): string {
  const editable = table === 'mls_listings' && ['source', 'enrichment'].includes(field.owner ?? 'source')
  return [
    `${name}.${field.name}: ${table} has no column ${field.column}. Add it. ${place}:`,
    `    alter table public.${table} add column ${field.column} ${type};`,
    ...(editable
      ? [`    grant update (${field.column}) on public.${table} to authenticated;   -- a new migration only`]
      : []),
    `  Or take \`column\` from the field: its values are then kept in extensions.`,
  ].join('\n')
}
