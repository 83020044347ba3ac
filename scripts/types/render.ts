import type { Catalog, Column, Relation, Routine } from './catalog.ts'

const scalars: Record<string, string> = {
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  numeric: 'number',
  real: 'number',
  'double precision': 'number',
  json: 'Json',
  jsonb: 'Json',
  void: 'undefined',
}

/** The TypeScript type of a Postgres type, as its values look in JSON. */
function tsType(type: string, catalog: Catalog): string {
  if (type.endsWith('[]')) return `${tsType(type.slice(0, -2), catalog)}[]`
  if (catalog.enums.some(({ name }) => name === type)) return `Database['public']['Enums']['${type}']`
  return scalars[type] ?? 'string'
}

function fields(lines: string[], indent: string): string {
  return lines.length === 0
    ? '{ [_ in never]: never }'
    : `{\n${lines.map((line) => `${indent}  ${line}\n`).join('')}${indent}}`
}

const key = (name: string) => /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `'${name}'`

function row(relation: Relation, catalog: Catalog): string {
  const readable = relation.columns.filter((column) => column.readable)
  return fields(
    readable.map((column) =>
      `${key(column.name)}: ${tsType(column.type, catalog)}${
        relation.isView || column.nullable ? ' | null' : ''
      }`
    ),
    '        ',
  )
}

/** What a write takes: the columns that users may write; `never` where they may write none. */
function write(columns: Column[], catalog: Catalog, allOptional: boolean): string {
  if (columns.length === 0) return 'never'
  return fields(
    columns.map((column) =>
      `${key(column.name)}${allOptional || column.optional ? '?' : ''}: ${tsType(column.type, catalog)}${
        column.nullable ? ' | null' : ''
      }`
    ),
    '        ',
  )
}

function relationships(relation: Relation): string {
  if (relation.references.length === 0) return '[]'
  const text = (names: string[]) => names.map((name) => `'${name}'`).join(', ')
  const items = relation.references.map((reference) =>
    `          {
            foreignKeyName: '${reference.name}'
            columns: [${text(reference.columns)}]
            isOneToOne: ${reference.unique}
            referencedRelation: '${reference.table}'
            referencedColumns: [${text(reference.targets)}]
          },`
  )
  return `[\n${items.join('\n')}\n        ]`
}

function doc(comment: string | null, indent: string): string {
  return comment ? `${indent}/** ${comment.replaceAll('*/', '* /')} */\n` : ''
}

function relation(relation: Relation, catalog: Catalog): string {
  const writes = relation.isView
    ? ''
    : `        Insert: ${write(relation.columns.filter((c) => c.insertable), catalog, false)}
        Update: ${write(relation.columns.filter((c) => c.updatable), catalog, true)}
`
  return `${doc(relation.comment, '      ')}      ${relation.name}: {
        Row: ${row(relation, catalog)}
${writes}        Relationships: ${relationships(relation)}
      }`
}

function returned(routine: Routine, catalog: Catalog): string {
  if (routine.table) {
    return `{ ${
      routine.table.map(({ name, type }) => `${key(name)}: ${tsType(type, catalog)}`).join('; ')
    } }[]`
  }
  const table = catalog.relations.find(({ name }) => name === routine.returns)
  const type = table
    ? `Database['public']['Tables']['${table.name}']['Row']`
    : tsType(routine.returns, catalog)
  return routine.isSet ? `${type}[]` : type
}

function routine(routine: Routine, catalog: Catalog): string {
  const args = routine.arguments.map(({ name, type, optional }) =>
    `${key(name)}${optional ? '?' : ''}: ${tsType(type, catalog)}`
  )
  return `${doc(routine.comment, '      ')}      ${routine.name}: {
        Args: ${args.length === 0 ? 'Record<PropertyKey, never>' : `{ ${args.join('; ')} }`}
        Returns: ${returned(routine, catalog)}
      }`
}

/** The types of the Data API in the form that supabase-js takes: createClient<Database>(...). */
export function renderTypes(catalog: Catalog): string {
  const block = (items: string[]) => items.length === 0 ? '      [_ in never]: never' : items.join('\n')
  const tables = catalog.relations.filter(({ isView }) => !isView)
  const views = catalog.relations.filter(({ isView }) => isView)
  return `// Generated from the migrations by \`npm run types\`. What is missing here a signed-in user may not reach: columns that
// users may not write stand in Row alone.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  public: {
    Tables: {
${block(tables.map((one) => relation(one, catalog)))}
    }
    Views: {
${block(views.map((one) => relation(one, catalog)))}
    }
    Functions: {
${block(catalog.routines.map((one) => routine(one, catalog)))}
    }
    Enums: {
${
    block(catalog.enums.map(({ name, values }) =>
      `      ${name}: ${values.map((value) => `'${value}'`).join(' | ')}`
    ))
  }
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}
`
}
