/** The columns that are read for the fields of an answer, and how those become JSON. */
import type { TextRow } from '../../db/pipeline.ts'
import type { EdmType } from '../../reso/edm.ts'
import { cutLength, mayVaryByProfile } from '../../reso/standard.ts'
import { decimalScale } from '../../reso/sql-types.ts'
import { addressOf } from '../model/address.ts'
import type { EntityType, Profile, Property } from '../model/model.ts'
import { type Notation, plainNotation } from '../plan/notation.ts'
import { isStamp, type Selection } from '../plan/selection.ts'
import { identifier, literal } from './statement.ts'
import { grantedViewOf } from './tables.ts'

/**
 * Columns that hold the members of an entity's JSON object: whole documents, and fields that `membersOf` writes. All
 * open fields of a record lie ready as text: 9 ms for a thousand full rows, against 236 ms for rendering them. The fields
 * of a choice cost the database 1.5 ms less on a thousand rows of four than rendering them there.
 */
export function memberColumns(
  alias: string,
  type: EntityType,
  selection: Selection,
  profile: Profile,
  { isFull }: Notation = plainNotation,
): string[] {
  const key = isFull ? [`${alias}.${identifier(type.key)}`] : []
  const documents = selection === 'all' ? documentsOf(alias, type, profile) : []
  return [...key, ...documents, ...fieldsOf(type, selection).map((field) => value(alias, type, field))]
}

/**
 * What makes members, joined by commas, of the columns of a row from `first` to its end, which `memberColumns` names. Those
 * of a choice become one text at once: V8 would keep what is concatenated as a tree until the answer is written, and the
 * heap ended with 24,000 photos of 27 fields.
 */
export function membersOf(
  type: EntityType,
  selection: Selection,
  { isFull, numbersAsText }: Notation = plainNotation,
): (row: TextRow, first: number) => string {
  const fields = fieldsOf(type, selection).map((field) => ({
    opening: `${isFull ? typeAnnotation(field.name, field.edm) : ''}"${field.name}" : `,
    json: numbersAsText && isLongNumber(field.edm) ? quoted(jsonOf(field)) : jsonOf(field),
  }))
  return (row, from) => {
    const behind = row.length - fields.length
    let text = isFull ? linksOf(type, row[from]!) : ''
    const first = isFull ? from + 1 : from
    for (let n = first; n < behind; n++) {
      if (row[n] !== '') text += text === '' ? row[n] : `,${row[n]}`
    }
    if (fields.length === 0) return text
    const chosen = fields.map(({ opening, json }, n) => opening + json(row[behind + n]!)).join(', ')
    return text === '' ? chosen : `${text},${chosen}`
  }
}

/** What IEEE754Compatible=true is about. */
const isLongNumber = ({ name }: EdmType) => name === 'Edm.Int64' || name === 'Edm.Decimal'

const quoted = (json: (text: string | null) => string) => (text: string | null) =>
  text === null ? 'null' : `"${json(text)}"`

/** `"ListPrice@odata.type":"#Decimal",` where JSON's own types do not say it. */
export function typeAnnotation(name: string, { name: type, isCollection }: EdmType): string {
  const plain = type.replace('Edm.', '')
  if (!isCollection && ['String', 'Boolean', 'Double'].includes(plain)) return ''
  return `"${name}@odata.type":"#${isCollection ? `Collection(${plain})` : plain}",`
}

/** The addresses of an entity and of what its navigations lead to. */
function linksOf(type: EntityType, key: string): string {
  const address = addressOf(type, key)
  const links = [...type.navigations.keys()].flatMap((name) => [
    `"${name}@odata.associationLink":"${address}/${name}/$ref"`,
    `"${name}@odata.navigationLink":"${address}/${name}"`,
  ])
  return [`"@odata.id":"${address}"`, ...links].join(',')
}

function documentsOf(alias: string, type: EntityType, profile: Profile): string[] {
  const sensitive = sensitiveOf(type)
  return [
    `${alias}.doc`,
    ...type.resource.fields.some(mayVaryByProfile) ? [`${alias}.doc_${profile}`] : [],
    ...type.seesAllSensitive && sensitive.length > 0 ? [sensitiveDocument(alias, type, sensitive)] : [],
  ]
}

function sensitiveDocument(alias: string, type: EntityType, fields: Property[]): string {
  const absent = fields.map(({ name }) => `"${name}" : null`).join(', ')
  return `coalesce((select s.doc from ${grantedViewOf(type)} s where s.record_id = ${alias}.record_id), ${
    literal(absent)
  })`
}

/** Fields that are columns of their own; the stamp, which comes with every row, is none. */
function fieldsOf(type: EntityType, selection: Selection): Property[] {
  if (selection !== 'all') return selection.filter((property) => !isStamp(property))
  return type.seesAllSensitive ? [] : sensitiveOf(type)
}

const sensitiveOf = ({ properties }: EntityType) =>
  [...properties.values()].filter(({ isSensitive }) => isSensitive)

/** The value of a field, to be read as text: `jsonOf` says what becomes of it. */
function value(alias: string, type: EntityType, property: Property): string {
  const { column: name, field, edm, isSensitive, isPoint } = property
  if (isPoint) return pointValue(alias)
  const column = isSensitive
    ? `(select s.${identifier(name)} from ${grantedViewOf(type)} s where s.record_id = ${alias}.record_id)`
    : `${alias}.${identifier(name)}`
  if (edm.isCollection) return `to_json(mls.multi_values(${column}))`
  switch (field.type) {
    case 'BOOLEAN':
      return `${column}::text`
    case 'TIMESTAMP':
      return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    default:
      return cutLength(field) !== undefined && edm.maxLength !== undefined
        ? `left(${column}, ${edm.maxLength})`
        : column
  }
}

/** GeoJSON, as JSON has geography (OData JSON Format 4.01, 7.1). */
function pointValue(alias: string): string {
  const [longitude, latitude] = [`${alias}."Longitude"`, `${alias}."Latitude"`]
  return `case when ${longitude} is not null and ${latitude} is not null then '{"type":"Point","coordinates":[' || ${longitude} || ',' || ${latitude} || ']}' end`
}

/** What makes JSON of the text of a field's value. */
function jsonOf({ field, edm, isPoint }: Property): (text: string | null) => string {
  if (edm.isCollection || isPoint) return asItIs
  const scale = decimalScale(field.type)
  if (scale) return (units) => units === null ? 'null' : decimal(units, scale)
  return ['STRING', 'DATE', 'TIMESTAMP'].includes(field.type) ? JSON.stringify : asItIs
}

const asItIs = (text: string | null) => text ?? 'null'

/** Decimals are served from bigint of their smallest unit (servedType); as numeric they cost the database 0.6 us each. */
function decimal(units: string, scale: number): string {
  const sign = units.startsWith('-') ? '-' : ''
  const digits = units.slice(sign.length).padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
