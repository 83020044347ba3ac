import { quote } from './finding.ts'
import type { IssueCode } from './issues.ts'
import { storableJson } from './json-value.ts'
import { maxDepth, maxName, maxText } from './limits.ts'
import { rawName, type RecordBuilder } from './record-builder.ts'
import { storableText } from './storable-text.ts'
import { heldBy } from '../reso/dictionary.ts'
import type { Resource } from '../reso/types.ts'

const messages: Partial<Record<IssueCode, string>> = {
  too_long: `A text of more than ${maxText} characters. Shorten it at the source.`,
  too_deep: `Nested deeper than ${maxDepth} levels. Flatten it, or send it as text.`,
  cleaned: 'NUL characters or halves of surrogate pairs were removed.',
}

/** Names that a remark lists; a widened source can add hundreds. */
const listed = 5

/**
 * Keeps the fields that the contract does not know (upstream columns appear without notice), as they are where
 * jsonb allows. One remark covers them all, so that a receipt stays readable.
 */
export function keepUnknown(builder: RecordBuilder, names: string[], resource: Resource): void {
  if (names.includes(rawName)) keepRaw(builder)
  const kept = names.filter((name) =>
    name !== rawName && keepOne(builder, name) && !noteNested(builder, name, resource)
  )
  if (kept.length === 0) return
  const more = kept.length > listed ? ` and ${kept.length - listed} more` : ''
  const message = `Not in the contract, kept as extensions: ${kept.slice(0, listed).join(', ')}${more}.`
  builder.note(kept[0]!, 'unknown_field', message)
}

/** Other services send rooms and pictures inside of listings: here they have doors of their own, and nobody must wonder. */
function noteNested(builder: RecordBuilder, name: string, holder: Resource): boolean {
  const held = heldBy(holder).find((each) => each.name === name)?.resource
  if (!held || !Array.isArray(builder.record[name])) return false
  builder.note(
    name,
    'unknown_field',
    `${name} holds records of ${held.name}, which are taken by /ingest/${held.ingestName}. Kept as extensions, and not served.`,
  )
  return true
}

/** Answers whether the field stays in the record under its name. */
function keepOne(builder: RecordBuilder, name: string): boolean {
  const value = builder.record[name]
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') {
    delete builder.record[name]
    return false
  }
  if (name === '' || name.length > maxName || name === '__proto__' || storableText(name) !== name) {
    delete builder.record[name]
    builder.keep(name, value)
    builder.note(
      '',
      'bad_name',
      `A field name must have 1 to ${maxName} storable characters; found ${quote(name)}.`,
    )
    return false
  }
  const found = new Set<IssueCode>()
  const stored = storableJson(value, found)
  if (stored !== value) builder.record[name] = stored
  for (const code of found) builder.note(name, code, messages[code]!)
  return true
}

/** The originals of an earlier reading stay, so that a record may be read again (replay from quarantine). */
function keepRaw(builder: RecordBuilder): void {
  const value = builder.record[rawName]
  delete builder.record[rawName]
  if (value === undefined) return
  const earlier = typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : { [rawName]: value }
  for (const [name, original] of Object.entries(earlier)) builder.keep(name, original)
}
