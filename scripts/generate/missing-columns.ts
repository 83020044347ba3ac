import pg from 'pg'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'
import { liveColumns } from './definitions.ts'

/** Fields whose column the table of their resource does not have, or has with another type, each with the way out. */
export async function missingColumns(url: string, resources: readonly Resource[]): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const faults: string[] = []
    for (const resource of resources) {
      const live = await liveColumns(client, `public.${resource.table}`)
      if (live === null) {
        faults.push(
          `There is no table public.${resource.table} for ${resource.name}; make it by a migration of your own.`,
        )
        continue
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
    `${name}.${field.name}: ${table} has no column ${field.column}. Add it by a migration of your own:`,
    `    alter table public.${table} add column ${field.column} ${type};`,
    ...(editable ? [`    grant update (${field.column}) on public.${table} to authenticated;`] : []),
    `  Or take \`column\` from the field: its values are then kept in extensions.`,
  ].join('\n')
}
