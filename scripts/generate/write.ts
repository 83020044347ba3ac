import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationFiles } from '../stack/migrate.ts'
import { GenerateError } from './generate-error.ts'
import { migrationName } from './migration-name.ts'
import type { Plan } from './plan.ts'
import type { GeneratedObject } from './sql.ts'

const header = '-- Generated from the dictionary by `npm run generate`.'

const asFile = (statements: string[]) => `${header}\n\n${statements.join('\n\n')}\n`

/** Writes a plan as the next migration of a folder; answers its name. */
export function appendMigration(folder: string, { statements, resources, fields }: Plan): string {
  const name = migrationName(migrationFiles(folder), resources, fields)
  writeFileSync(join(folder, name), asFile(statements))
  return name
}

/** A migration that was appended, as against the generated file of a subject. */
const isAppended = (name: string) => /^\d{4}_generated_/.test(name)

/**
 * Writes the generated file of every subject anew and takes those away that were appended since. Answers what undoes it,
 * should the migrations not stand afterwards.
 *
 * @throws GenerateError when a subject has no generated file, or an appended one stands before others
 */
export function foldMigrations(folder: string, objects: readonly GeneratedObject[]): () => void {
  const files = migrationFiles(folder)
  const appended = files.filter(isAppended)
  const last = files.slice(files.length - appended.length)
  if (appended.some((name) => !last.includes(name))) {
    throw new GenerateError(
      `Only the last migrations can be folded; others come after ${
        appended[0]
      }. Put those into their subjects first.`,
    )
  }
  const subjects = Map.groupBy(objects, ({ subject }) => subject)
  const targets = [...subjects].map(([subject, members]) => {
    const name = files.find((file) => file.slice(5) === `${subject}_generated.sql`)
    if (!name) throw new GenerateError(`There is no migration NNNN_${subject}_generated.sql to fold into.`)
    return { file: join(folder, name), text: asFile(members.map(({ sql }) => sql)) }
  })
  const before = [...targets.map(({ file }) => file), ...appended.map((name) => join(folder, name))]
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  for (const { file, text } of targets) writeFileSync(file, text)
  for (const name of appended) rmSync(join(folder, name))
  return () => before.forEach(({ file, text }) => writeFileSync(file, text))
}
