import { z } from 'zod'
import { furtherFields, goldFields } from '../../reso/dictionary.ts'
import { property } from '../../reso/resources/property.ts'
import { nearest } from '../../odata/syntax/nearest.ts'
import { type Fault, faultsOf, pointerTo } from '../faults.ts'
import { type Mapping, mediaTarget } from './language.ts'

const name = z.string().min(1).max(255)
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()])

const rule = z.strictObject({
  from: z.union([name, z.array(name).min(1).max(100)]).optional(),
  template: z.string().min(1).max(1_000).optional(),
  value: scalar.optional(),
  trim: z.boolean().optional(),
  empty: z.array(z.string().max(255)).max(100).optional(),
  split: z.string().min(1).max(10).optional(),
  lower: z.boolean().optional(),
  map: z.record(z.string().max(255), scalar).optional(),
  else: z.enum(['keep', 'null', 'reject']).optional(),
  as: z.enum(['text', 'int', 'decimal', 'date', 'bool']).optional(),
  scale: z.number().refine((factor) => factor !== 0, 'must not be zero').optional(),
  join: z.string().max(10).optional(),
})

const language = z.strictObject({
  version: z.literal(1),
  fields: z.record(name, rule),
  keep_rest: z.boolean().optional(),
})

const targets = new Set([...goldFields(property), ...furtherFields(property)].map((field) => field.name))

/** What the engine itself sets, so that no source can speak for another office or clock. */
const reserved = new Set(['OriginatingSystemOfficeKey', 'etl_timestamp', 'etl_batch_id'])

export interface ValidationOptions {
  /** Whether the mapping alone makes the record: then it has to make its key. */
  needsKey: boolean
}

/** Checks a mapping before it is saved: the mapping, or everything that is wrong with it, by JSON pointer. */
export function validateMapping(
  input: unknown,
  { needsKey }: ValidationOptions,
): { mapping: Mapping; faults?: undefined } | { faults: Fault[] } {
  const parsed = language.safeParse(input)
  if (!parsed.success) return { faults: faultsOf(parsed.error) }
  const mapping = parsed.data as Mapping
  const faults = Object.entries(mapping.fields).flatMap(([field, rule]) => [
    ...faultOfTarget(field),
    ...faultsOfRule(field, rule as Record<string, unknown>),
  ])
  if (needsKey && !mapping.fields.ListingKey) {
    faults.push({
      pointer: '/fields/ListingKey',
      message: 'Every listing needs a key: name the field that holds it.',
    })
  }
  return faults.length > 0 ? { faults } : { mapping }
}

function faultOfTarget(field: string): Fault[] {
  const pointer = pointerTo(['fields', field])
  if (reserved.has(field)) return [{ pointer, message: `${field} is set by the hub.` }]
  if (targets.has(field) || field === mediaTarget || /^X_\w+$/.test(field)) return []
  const meant = nearest(field, targets)
  const hint = meant ? `Did you mean ${meant}?` : 'A name of your own begins with X_.'
  return [{ pointer, message: `Property has no field ${field}. ${hint}` }]
}

function faultsOfRule(field: string, rule: Record<string, unknown>): Fault[] {
  const origins = ['from', 'template', 'value'].filter((member) => Object.hasOwn(rule, member))
  const faults: Fault[] = []
  const say = (member: string[], message: string) =>
    faults.push({ pointer: pointerTo(['fields', field, ...member]), message })
  if (origins.length !== 1) say([], 'Give exactly one of from, template and value.')
  if (Object.hasOwn(rule, 'else') && !Object.hasOwn(rule, 'map')) say(['else'], 'else belongs to map.')
  if (Object.hasOwn(rule, 'scale') && rule.as !== 'int' && rule.as !== 'decimal') {
    say(['scale'], 'scale needs "as": "int" or "decimal".')
  }
  if (typeof rule.template === 'string' && !/\{[^{}]+\}/.test(rule.template)) {
    say(['template'], 'A template names at least one field in braces; use value for a constant.')
  }
  if (field === mediaTarget && (rule.as || rule.join !== undefined)) {
    say([], 'Media takes a list of addresses: neither as nor join.')
  }
  return faults
}
