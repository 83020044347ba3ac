import type { Resource } from '../../functions/_shared/reso/types.ts'
import { isTechnical } from './served-tables.ts'

/** Postgres cuts longer names. */
const longestName = 63

/** Faults of the dictionary that nothing but the dictionary is needed to see, each with what mends it. */
export function dictionaryFaults(resources: readonly Resource[]): string[] {
  return resources.flatMap((resource) => [
    ...faultyNames(resource),
    ...faultyKey(resource),
    ...faultyUse(resource),
  ])
}

function faultyNames({ name: resource, fields }: Resource): string[] {
  const names = fields.map(({ name }) => name)
  return [
    ...repeated(names).map((name) => `${resource}.${name} is described twice; delete one line.`),
    ...repeated(fields.flatMap(({ column }) => column ?? [])).map((column) =>
      `Two fields of ${resource} name the column ${column}; let one of them have a rule (view) instead.`
    ),
    ...names.filter((name) => !/^[A-Za-z]\w*$/.test(name) || name.length > longestName).map((name) =>
      `${resource}.${name} is no name of a field: a letter, then letters, digits and _, at most ${longestName}.`
    ),
    ...names.filter((name) => isTechnical(name) && name !== 'ModificationTimestamp').map((name) =>
      `${resource}.${name} is a name that served tables use themselves; take another.`
    ),
  ]
}

function faultyKey({ name: resource, key, fields }: Resource): string[] {
  const field = fields.find(({ name }) => name === key)
  if (!field) return [`${resource}.${key} is the key and has no line among the fields.`]
  return field.sensitive ? [`${resource}.${key} is the key and cannot be sensitive.`] : []
}

/** What is searched or indexed must be there for everybody. */
function faultyUse({ name: resource, fields, searched = [], indexes = [] }: Resource): string[] {
  const indexed = indexes.flatMap((index) => index.fields.map((field) => field.split(' ')[0]!))
  return [...new Set([...searched, ...indexed])].flatMap((name) => {
    const field = fields.find((field) => field.name === name)
    if (!field) {
      return isTechnical(name)
        ? []
        : `${resource}.${name} is searched or indexed, and no field; take it from \`searched\` and \`indexes\`.`
    }
    if (field.sensitive) {
      return `${resource}.${name} is sensitive, so it can be neither searched nor indexed for everybody.`
    }
    return searched.includes(name) && field.type !== 'STRING'
      ? `${resource}.${name} is searched and no text.`
      : []
  })
}

function repeated(names: string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
