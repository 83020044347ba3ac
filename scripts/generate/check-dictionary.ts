import type { Resource } from '../../functions/_shared/reso/types.ts'

/** Postgres cuts longer names. */
const longestName = 63

/** Faults of the dictionary that nothing but the dictionary is needed to see, each with what mends it. */
export function dictionaryFaults(resources: readonly Resource[]): string[] {
  return resources.flatMap((resource) => [
    ...repeated(resource.fields.map(({ name }) => name)).map((name) =>
      `${resource.name}.${name} is described twice; delete one line.`
    ),
    ...repeated(resource.fields.flatMap(({ column }) => column ?? [])).map((column) =>
      `Two fields of ${resource.name} name the column ${column}; a second one needs a rule (view) of its own.`
    ),
    ...resource.fields.filter(({ name }) => !/^[A-Za-z]\w*$/.test(name) || name.length > longestName).map((
      { name },
    ) =>
      `${resource.name}.${name} is no name of a field: a letter, then letters, digits and _, at most ${longestName}.`
    ),
    ...resource.fields.filter(({ gold, sensitive, name }) =>
      sensitive && gold !== false && name === resource.key
    ).map(
      ({ name }) => `${resource.name}.${name} is the key and cannot be sensitive.`,
    ),
    ...unknownNames(resource),
    ...sensitiveSearch(resource),
  ])
}

function repeated(names: string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

/** Columns that indexes may name beside fields. */
const technical = ['seq', 'office_key', 'tenant_id', 'stamp']

function unknownNames({ name, fields, searched = [], indexes = [] }: Resource): string[] {
  const known = new Set([...fields.map((field) => field.name), ...technical])
  const indexed = indexes.flatMap((index) => index.fields.map((field) => field.split(' ')[0]!))
  return [...searched, ...indexed].filter((field) => !known.has(field)).map((field) =>
    `${name}.${field} is searched or indexed, and no field; take it from \`searched\` and \`indexes\`.`
  )
}

function sensitiveSearch({ name, fields, searched = [], indexes = [] }: Resource): string[] {
  const used = new Set([
    ...searched,
    ...indexes.flatMap((index) => index.fields.map((field) => field.split(' ')[0]!)),
  ])
  return fields.filter((field) => field.sensitive && used.has(field.name)).map((field) =>
    `${name}.${field.name} is sensitive, so it can be neither searched nor indexed for everybody.`
  )
}
