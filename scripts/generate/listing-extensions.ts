import { furtherFields, goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { grouped, identifier, list, literal, nameList } from './sql.ts'

const fields = goldFields(property)
const further = furtherFields(property)
const held = fields.filter((field) => field.column || field.view)
const derivedFields = fields.filter((field) => !field.column && field.view)

/** Text that its column, as the view gives it back, would lose. */
function verbatim(field: Field): string {
  const received = `x.${identifier(field.name)}`
  return `case when ${received} is distinct from y.${identifier(field.name)}::text then ${received} end`
}

const derivedValue: Record<string, string> = {
  X_QobrixModified: 'x."ModificationTimestamp"',
  LeasePrice: 'coalesce(x."LeaseAmount", x."LeasePrice")',
  X_DataSource: 'null',
}

/** Fields that no column holds. */
const unheld = fields.filter((field) => !field.column && !field.view)

/** How many of these fields are null; a function takes a hundred arguments. */
const nulls = (row: string, some: readonly Field[]) =>
  grouped(some, 90).map((part) =>
    `num_nulls(${part.map(({ name }) => `${row}.${identifier(name)}`).join(', ')})`
  ).join(' + ')

/** So many fields with a column may be null for a record to be read by its names: beyond them that takes longer. */
const mostNulls = 30

/**
 * Whether a record has no more pairs than gold has fields: of two objects that of more pairs is the greater one, and
 * among equals the empty name would come first.
 */
const hasNoMore = `d.payload < ${
  literal(`{"":0,${fields.map((_, n) => `"${n}":0`).join(',')}}`)
}::jsonb and not d.payload ? ''`

/**
 * What is kept of a record beside its columns, as an expression: fields that no column holds, text that a column would
 * lose, and whatever the dictionary does not know.
 *
 * @param typedTexts fields whose text a stricter column reads
 */
export function extensions(typedTexts: readonly Field[]): string {
  const kept = [
    ...typedTexts.map((field) => [field.name, verbatim(field)] as const),
    ...derivedFields.map(({ name }) =>
      [
        name,
        `case when x.${identifier(name)} is distinct from ${derivedValue[name]} then x.${
          identifier(name)
        } end`,
      ] as const
    ),
  ]
  const pairs = [
    ...unheld.map(({ name }) => [name, `u.${identifier(name)}`] as const),
    ...kept,
  ]
  // A record that names each field of gold and no other is read by their names. Of any other record those names are taken
  // out that are held. Nulls go first, for each name that is left is compared with each that is held (47 us of 115 for a
  // record of gold's); texts that a column would lose come apart, for mostly there are none.
  return `coalesce(
        case when ${nulls('x', held)} <= ${mostNulls} and ${hasNoMore} then (
          select json_object(
${list(pairs.map(([name, value]) => `${literal(name)} : ${value}`), 12)}
            absent on null returning jsonb)
          from jsonb_to_record(d.payload) as u (${
    unheld.map(({ name }) => `${identifier(name)} jsonb`).join(', ')
  })
          where ${nulls('x', held)} + ${nulls('u', unheld)} = 0
            or d.payload ?& ${nameList(fields.map(({ name }) => name))}::text[]
        ) end,
        jsonb_strip_nulls(d.payload) - ${
    nameList([...held, ...further].map(({ name }) => name).concat('ListPriceCurrencyCode'))
  }::text[] || case when num_nonnulls(
${list(kept.map(([, value]) => value), 10)}
        ) = 0 then '{}' else jsonb_strip_nulls(jsonb_build_object(
${list(kept.map(([name, value]) => `${literal(name)}, ${value}`), 10)})) end)`
}
