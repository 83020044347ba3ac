import { sha256Hex } from '../http/sha256.ts'
import { canonicalJson, type Json, type JsonObject } from './json.ts'

/**
 * Words in the path of a member that names or reaches a person, in the words of any portal. The history of deliveries is kept
 * for 90 days, whoever asks to be forgotten: it holds nothing of theirs.
 */
const personal =
  /agent|broker|member|person|seller|buyer|owner|tenant|developer|contact|phone|e-?mail|key_?holder/i

/** Longer values are kept as their length and hash: that a text changed is to be seen, not the text. */
const longest = 120

/**
 * What a portal is told, for the history of deliveries: `{path: value}` without personal data. Lists are told by their
 * length and hash, except short ones of plain values.
 */
export async function toldOf(payload: JsonObject): Promise<JsonObject> {
  const told: JsonObject = {}
  await collect(payload, '', told)
  return told
}

async function collect(from: JsonObject, prefix: string, told: JsonObject): Promise<void> {
  for (const [name, value] of Object.entries(from)) {
    const path = prefix + name
    if (personal.test(path)) continue
    if (isObject(value)) await collect(value, `${path}.`, told)
    else told[path] = await shortened(value)
  }
}

async function shortened(value: Json): Promise<Json> {
  const isTold = !Array.isArray(value) || value.every((item) => item === null || typeof item !== 'object')
  const text = typeof value === 'string' ? value : canonicalJson(value)
  if (isTold && text.length <= longest) return value
  const size = Array.isArray(value) ? `${value.length} items` : `${text.length} characters`
  return `${size}, sha256 ${(await sha256Hex(text)).slice(0, 12)}`
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
