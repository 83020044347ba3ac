import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import type { Json, JsonObject } from '../../../functions/_shared/delivery/json.ts'
import { mediaRecord } from '../../../functions/_shared/sources/qobrix/map/media.ts'
import {
  agentMember,
  contactRecord,
  officeRecord,
  showingRecord,
  userMember,
} from '../../../functions/_shared/sources/qobrix/map/people.ts'
import { propertyRecords } from '../../../functions/_shared/sources/qobrix/map/property.ts'
import { repository } from '../../../scripts/stack/layout.ts'

/** Each row of the mapping of gold (tests/fixtures/qobrix/mapping.csv) is a test of mapping version 1. */
export interface Row {
  resource: string
  qobrix_entity: string
  qobrix_field: string
  type: string
  transformation: string
  reso_field: string
}
export const rows =
  Papa.parse<Row>(readFileSync(join(repository, 'tests/fixtures/qobrix/mapping.csv'), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data

export const etl = { etl_timestamp: '2026-01-01T00:00:00.000Z', etl_batch_id: 'run-1' }
export const context = { prefix: 'QOBRIX_', listOfficeKey: 'HQ', etl }
/** Records of the tests leave members out. */
export type Loose = Record<string, Json | undefined>
export const sale = (property: Loose) => propertyRecords({ id: 'p1', ...property } as JsonObject, context)[0]!
export const lease = (property: JsonObject) =>
  propertyRecords({ id: 'p1', sale_rent: 'for_sale_and_rent', ...property }, context)[1]!
export const person = {
  first_name: ' Maria ',
  last_name: 'Ioannou',
  email: 'Maria@Example.COM',
  phone: '1',
  phone_2: '2',
  street: 's',
  city: 'c',
  state: 't',
  post_code: '3',
  country: 'CY',
}
export const agent = (changes: JsonObject = {}) => ({
  id: 'a1',
  primary_contact: 'c1',
  primary_contact_contact: person,
  ...changes,
})
export const media = (item: JsonObject, category = 'photos') =>
  mediaRecord({ id: 'm1', ...item }, category, 'p1', { prefix: 'QOBRIX_', host: 'https://x.qobrix.com' })

export const makers: Record<string, (record: JsonObject) => Record<string, Json>> = {
  'Property.Property': sale,
  'Member.Agent': (record) => agentMember(record, 'QOBRIX_'),
  'Member.User': (record) => userMember(record, 'QOBRIX_'),
  'Office.Agent': (record) => officeRecord(record, 'QOBRIX_'),
  'Contacts.Contact': (record) => contactRecord(record, 'QOBRIX_'),
  'Media.MediaResponse': media,
  'ShowingAppointment.PropertyViewing': (record) => showingRecord(record, 'QOBRIX_'),
}

export const empties: Json[] = [null, '', 'nan', 'None', 'null']
export const nothing = (expected: Json = null) => empties.map((value): [Json, Json] => [value, expected])

/** What the words of the table mean, said once more: pairs of a value and what becomes of it. */
export function expectationsOf({ transformation, type }: Row): [Json, Json][] | undefined {
  if (
    transformation === 'verbatim text' || transformation === 'text' || transformation === 'id' ||
    transformation === 'timestamp'
  ) {
    if (type === 'boolean') return [[true, 'true'], [false, 'false'], ...nothing()]
    if (/integer|number/.test(type)) return [[3, '3'], [0, '0'], [2.5, '2.5'], ['2.0', '2'], ...nothing()]
    return [['Πάφος, sea', 'Πάφος, sea'], ...nothing()]
  }
  if (transformation.startsWith('JSON text')) {
    return [
      [['sea', 'pool'], '["sea", "pool"]'],
      [[], '[]'],
      [['θέα'], '["\\u03b8\\u03ad\\u03b1"]'],
      ...nothing(),
    ]
  }
  if (/^integer/.test(transformation)) {
    return [[3, 3], ['2.0', 2], [2.7, 2], [0, 0], ['x', null], ...nothing()]
  }
  if (/^decimal\(/.test(transformation) && !/null on/.test(transformation)) {
    return [[450000, '450000'], [1.25, '1.25'], ['2.0', '2'], ['POA', null], ...nothing()]
  }
  if (/^date(,| as text)/.test(transformation)) {
    return [['2026-01-31T10:00:00', '2026-01-31'], ['2026-01-31', '2026-01-31'], ...nothing()]
  }
  if (/^trimmed/.test(transformation)) return [[' a b ', 'a b'], ['  ', null], ...nothing()]
  if (transformation === 'boolean' || transformation === 'true, false, else null') {
    return [[true, true], ['False', false], ['maybe', null], ...nothing()]
  }
  if (transformation === 'lower case') return [['Ab@C.com', 'ab@c.com'], ...nothing()]
  if (transformation === 'text of the decimal') return [[3.5, '3.5'], ...nothing()]
  const key = /^(QOBRIX_(?:[A-Z]+_)?) ?\+ id$/.exec(transformation)
  if (key) return [['x-1', `${key[1]}x-1`], ...nothing()]
  return undefined
}

export const kind = (property_type: string, sale_rent: string) => ({ property_type, sale_rent })
export const noMore = { PropertyClass: 'RESI' }
