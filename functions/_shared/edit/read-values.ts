/** What a client sent, read by the types that $metadata declares: nothing is mended, cut or dropped in silence. */
import { Finding, quote } from '../gold/finding.ts'
import { fieldReader } from '../gold/readers/field.ts'
import { storableText } from '../gold/storable-text.ts'
import type { EntityType, Property } from '../odata/model/model.ts'
import { nearest } from '../odata/syntax/nearest.ts'
import type { Faults } from './faults.ts'

/** Of a text for which the dictionary names no length. */
const longestText = 65_536
const longestLookupValue = 255

export type Value = string | number | boolean | string[] | null

/**
 * The values of a body by the names of their fields. Members with an `@` are annotations, which the sender may leave in
 * what it read here. `numbersAsText` is IEEE754Compatible=true.
 */
export function readValues(
  type: EntityType,
  body: Readonly<Record<string, unknown>>,
  numbersAsText: boolean,
  faults: Faults,
): Map<Property, Value> {
  const values = new Map<Property, Value>()
  for (const [name, sent] of Object.entries(body)) {
    if (/@(?:odata\.)?bind$/.test(name)) {
      faults.add(
        name,
        'unknown_field',
        `Records are joined by their keys: send the field that holds the key (ListAgentKey) and not ${
          quote(name)
        }.`,
      )
    }
    if (name.includes('@')) continue
    const property = type.properties.get(name)
    if (!property) {
      const meant = nearest(name, [...type.properties.keys()])
      const hint = type.navigations.has(name)
        ? 'What belongs to a record is sent by a request of its own.'
        : meant
        ? `Did you mean ${meant}?`
        : '$metadata names those that there are.'
      faults.add(name, 'unknown_field', `${type.name} has no field ${quote(name)}. ${hint}`)
      continue
    }
    const value = sent === null ? null : read(type, property, sent, numbersAsText, faults)
    if (value !== undefined) values.set(property, value)
  }
  return values
}

function read(
  type: EntityType,
  property: Property,
  sent: unknown,
  numbersAsText: boolean,
  faults: Faults,
): Value | undefined {
  const { name, edm, field } = property
  const wanted = edm.isCollection ? 'an array of texts' : kinds[edm.name]
  if (!isKind(edm, sent, numbersAsText)) {
    faults.add(name, 'invalid_value', `${name} is ${wanted} or null, not ${quote(sent)}.`)
    return undefined
  }
  if (Array.isArray(sent)) {
    const texts = sent.map((text) => readText(property, text, faults))
    return texts.includes(undefined) ? undefined : texts.filter((text) => text !== null) as string[]
  }
  if (typeof sent === 'string' && field.type === 'STRING') return readText(property, sent, faults)
  // nobody reads these from outside: they are only compared
  if (field.hub) return sent as Value
  const value = fieldReader(type.resource, field)(sent)
  if (value instanceof Finding || value === null) {
    const said = value instanceof Finding ? value.message : `${quote(sent)} is no value.`
    faults.add(
      name,
      value instanceof Finding && value.code === 'out_of_range' ? 'out_of_range' : 'invalid_value',
      said,
    )
    return undefined
  }
  return value
}

const kinds: Readonly<Record<Property['edm']['name'], string>> = {
  'Edm.String': 'a text',
  'Edm.Int32': 'a whole number',
  'Edm.Int64': 'a whole number',
  'Edm.Double': 'a number',
  'Edm.Decimal': 'a number',
  'Edm.Boolean': 'true or false',
  'Edm.Date': 'a date such as "2026-11-30"',
  'Edm.DateTimeOffset': 'a time such as "2026-11-30T06:00:00Z"',
  'Edm.GeographyPoint': 'a GeoJSON point',
  'Edm.TimeOfDay': 'a time such as "06:00:00"',
  'Edm.Duration': 'a duration such as "PT1H"',
}

function isKind({ name, isCollection }: Property['edm'], sent: unknown, numbersAsText: boolean): boolean {
  if (isCollection) return Array.isArray(sent) && sent.every((each) => typeof each === 'string')
  switch (name) {
    case 'Edm.Boolean':
      return typeof sent === 'boolean'
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Double':
    case 'Edm.Decimal': {
      const isText = numbersAsText && typeof sent === 'string' && /^-?\d+(\.\d+)?$/.test(sent)
      return (typeof sent === 'number' && Number.isFinite(sent)) || isText
    }
    case 'Edm.GeographyPoint':
      return typeof sent === 'object'
    default:
      return typeof sent === 'string'
  }
}

/** An empty text is no value. */
function readText({ name, field, edm }: Property, text: string, faults: Faults): string | null | undefined {
  if (storableText(text) !== text) {
    faults.add(name, 'invalid_value', `${name} holds NUL characters or halves of surrogate pairs.`)
    return undefined
  }
  const most = edm.maxLength ?? field.dd?.maxLength ?? (field.dd?.lookup ? longestLookupValue : longestText)
  const { length } = [...text]
  if (length > most) {
    faults.add(name, 'too_long', `${name} has ${length} characters; it takes ${most}.`)
    return undefined
  }
  return text.trim() === '' ? null : text
}
