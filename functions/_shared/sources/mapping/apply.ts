import { quote } from '../../gold/finding.ts'
import type { Issue, IssueCode } from '../../gold/issues.ts'
import { property } from '../../reso/resources/property.ts'
import { scaled, toBool, toDate, toDecimalText, toWhole } from './convert.ts'
import { type Mapping, mediaTarget, plainForms, type Rule, type ValueForms } from './language.ts'
import { isNothing, pick, type SourceRecord } from './pick.ts'

/** A record as mapped: gold fields, and what was to be said about them. `errors` reject the record. */
export interface Mapped {
  record: Record<string, unknown>
  media: string[]
  errors: Issue[]
  warnings: Issue[]
}

/** Maps one record. Never throws; what cannot be read is null with a remark. */
export function applyMapping(mapping: Mapping, source: SourceRecord, forms: ValueForms = plainForms): Mapped {
  const mapped: Mapped = { record: {}, media: [], errors: [], warnings: [] }
  const used = new Set<string>()
  for (const [field, rule] of Object.entries(mapping.fields)) {
    const value = applyRule(field, rule, { source, forms, mapped, used })
    if (field === mediaTarget) {
      mapped.media = (Array.isArray(value) ? value : [value]).filter((item) => !isNothing(item)).map((item) =>
        String(item).trim()
      )
    } else {
      mapped.record[field] = Array.isArray(value) ? joined(value, rule.join ?? ',') : value ?? null
    }
  }
  if (mapping.keep_rest) {
    for (const [name, value] of Object.entries(source)) {
      if (!used.has(name) && !Object.hasOwn(mapped.record, name) && name !== '' && !isNothing(value)) {
        mapped.record[restName(name)] = value
      }
    }
  }
  return mapped
}

interface Place {
  source: SourceRecord
  forms: ValueForms
  mapped: Mapped
  used: Set<string>
}

function applyRule(field: string, rule: Rule, place: Place): unknown {
  const empty = rule.empty?.map(normal)
  let value = origin(rule, place)
  if (rule.trim) value = each(value, (item) => typeof item === 'string' ? item.trim() : item)
  if (empty) {
    value = each(value, (item) => typeof item === 'string' && empty.includes(normal(item)) ? null : item)
  }
  if (rule.split !== undefined) value = cut(value, rule.split)
  if (isNothing(value)) return null
  if (rule.lower) value = each(value, (item) => typeof item === 'string' ? item.toLowerCase() : item)
  if (rule.map) {
    value = each(value, (item) => isNothing(item) ? null : lookedUp(field, rule, item, place.mapped))
  }
  if (rule.as) value = each(value, (item) => isNothing(item) ? null : converted(field, rule, item, place))
  return value
}

function origin(rule: Rule, { source, used }: Place): unknown {
  if (rule.from !== undefined) {
    const picked = pick(source, rule.from)
    for (const name of picked.used) used.add(name)
    return picked.value
  }
  if (rule.template === undefined) return rule.value
  let isWhole = true
  const text = rule.template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const picked = pick(source, name.trim())
    for (const each of picked.used) used.add(each)
    if (isNothing(picked.value)) isWhole = false
    return String(picked.value).trim()
  })
  return isWhole ? text : null
}

function each(value: unknown, step: (item: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(step) : step(value)
}

function cut(value: unknown, separator: string): unknown[] {
  const texts = Array.isArray(value) ? value : [value]
  return texts.flatMap((item) =>
    typeof item === 'string' ? item.split(separator).map((part) => part.trim()) : [item]
  )
    .filter((item) => !isNothing(item))
}

const normal = (text: string) => text.trim().toLowerCase()

/** Case and blanks are how people type, not what they mean. */
function lookedUp(field: string, rule: Rule, item: unknown, mapped: Mapped): unknown {
  const text = String(item)
  if (Object.hasOwn(rule.map!, text)) return rule.map![text]
  const wanted = normal(text)
  const name = Object.keys(rule.map!).find((key) => normal(key) === wanted)
  if (name !== undefined) return rule.map![name]
  const fate = rule.else ?? 'keep'
  const what = { keep: 'kept as it is', null: 'left out', reject: 'not accepted' }[fate]
  remark(
    mapped,
    field,
    'unmapped_value',
    `${quote(item)} is not among the mapped values, and is ${what}.`,
    fate === 'reject',
  )
  return fate === 'keep' ? item : null
}

const expected = {
  int: ['invalid_number', 'a number'],
  decimal: ['invalid_number', 'a number'],
  date: ['invalid_date', 'a date'],
  bool: ['invalid_boolean', 'yes or no'],
} as const

function converted(field: string, rule: Rule, item: unknown, { forms, mapped }: Place): unknown {
  if (rule.as === 'text') return typeof item === 'object' ? JSON.stringify(item) : String(item)
  const kind = rule.as!
  const read = kind === 'bool'
    ? toBool(item)
    : kind === 'date'
    ? toDate(item, forms)
    : numberOf(toDecimalText(item, forms), rule.scale, kind === 'int')
  if (read !== undefined) return read
  const [code, what] = expected[kind]
  remark(mapped, field, code, `Expected ${what}, got ${quote(item)}.`, false)
  return null
}

function numberOf(
  text: string | undefined,
  factor: number | undefined,
  isWhole: boolean,
): string | undefined {
  if (text === undefined) return undefined
  const number = factor === undefined ? text : scaled(text, factor)
  return isWhole ? toWhole(number) : number
}

function remark(mapped: Mapped, field: string, code: IssueCode, message: string, rejects: boolean): void {
  ;(rejects ? mapped.errors : mapped.warnings).push({ field, code, message })
}

const known = new Set(property.fields.map((field) => field.name))

/**
 * The name of a kept field. One that would mean something to ingest (a field of the dictionary, a control such as
 * `@deleted`) cannot come in by the back door: only a rule gives a meaning.
 */
function restName(name: string): string {
  return known.has(name) || /^[@$]/.test(name) ? `X_${name}` : name
}

function joined(list: unknown[], separator: string): string | null {
  const texts = list.filter((item) => !isNothing(item)).map((item) =>
    typeof item === 'object' ? JSON.stringify(item) : String(item)
  )
  return texts.length > 0 ? texts.join(separator) : null
}
