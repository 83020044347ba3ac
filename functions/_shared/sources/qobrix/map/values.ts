import type { Json, JsonObject } from '../../../delivery/json.ts'
import { prefixed } from '../../rows.ts'
import type { FieldKind } from './property-fields.ts'

/** What an export of Qobrix says where there is nothing. */
const nothing = new Set(['', 'nan', 'none', 'null'])

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined ||
    (typeof value === 'string' && nothing.has(value.trim().toLowerCase()))
}

/** A value as text, null for none; never trimmed. */
export function textOf(value: Json | undefined): string | null {
  if (isEmpty(value)) return null
  if (typeof value === 'object') return pythonJson(value!)
  return typeof value === 'string' ? value.replace(/^(-?\d+)\.0$/, '$1') : String(value)
}

export function trimmed(value: Json | undefined): string | null {
  return textOf(value)?.trim() || null
}

export function lower(value: Json | undefined): string | null {
  return trimmed(value)?.toLowerCase() ?? null
}

/** `true`, `false` in any spelling, else null. */
export function flag(value: Json | undefined): boolean | null {
  const word = lower(value)
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : null
}

/** A number as text with its digits; null for none and for what is no number. */
export function numberText(value: Json | undefined): string | null {
  const text = trimmed(value)
  return text !== null && /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i.test(text) ? text : null
}

/** A whole number, read through a decimal: what stands behind the point is cut, as a cast does. */
export function wholeOf(value: Json | undefined): number | null {
  const text = numberText(value)
  return text === null ? null : Math.trunc(Number(text))
}

/** The day of a date or a time, as it is written. */
export function dayOf(value: Json | undefined): string | null {
  return trimmed(value)?.slice(0, 10) ?? null
}

/**
 * JSON as Python's json.dumps writes it, blanks after commas and colons, everything beyond ASCII escaped: gold keeps
 * lists so, and another spelling would be a change of every listing.
 */
export function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    return `{${
      Object.entries(value).map(([name, item]) => `${pythonJson(name)}: ${pythonJson(item)}`).join(', ')
    }}`
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A list as gold has it; what is no list is text. */
export function listText(value: Json | undefined): string | null {
  return Array.isArray(value) ? pythonJson(value) : textOf(value)
}

/** The key of a record that an id names. */
export function keyOf(
  prefix: string,
  kind: '' | 'AGENT_' | 'USER_' | 'CONTACT_' | 'OFFICE_' | 'MEDIA_' | 'SHOWING_',
  id: Json | undefined,
): string | null {
  return isEmpty(id) ? null : prefixed(prefix + kind, id)
}

/** A member of an object that may not be there: an expanded relation. */
export function under(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

export function valueOf(kind: FieldKind, value: Json | undefined, prefix: string): Json {
  switch (kind) {
    case 'text':
      return textOf(value)
    case 'trimmed':
      return trimmed(value)
    case 'list':
      return listText(value)
    case 'integer':
      return wholeOf(value)
    case 'decimal':
      return numberText(value)
    case 'boolean':
      return flag(value)
    case 'date':
      return dayOf(value)
    case 'agent':
      return keyOf(prefix, 'AGENT_', value)
    case 'user':
      return keyOf(prefix, 'USER_', value)
    case 'contact':
      return keyOf(prefix, 'CONTACT_', value)
  }
}
