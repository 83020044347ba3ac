import { XMLParser, XMLValidator } from 'fast-xml-parser'

/**
 * The HomesOverseas V4 format as a schema: which elements in which order, and what each may hold. Written from the
 * portal's rules as they are known, not from our renderer.
 */
const integer = /^\d+$/
const rules: [name: string, pattern: RegExp | 'group', needed?: true][] = [
  ['objectid', /^[1-9]\d*$/, true],
  ['ref', /^.{1,60}$/u, true],
  ['title', 'group', true],
  ['type', /^(sale|rent)$/, true],
  ['market', /^(primary|secondary)$/, true],
  ['annotation', 'group', true],
  ['description', 'group'],
  ['price', 'group', true],
  ['currency', /^eur$/, true],
  ['region', /^[1-9]\d*$/, true],
  ['realty_type', /^(14|15|16|17|18|20|21|22|23|24|25|26)$/, true],
  ['bedrooms', integer],
  ['size_house', /^[1-9]\d*$/],
  ['size_land', /^[1-9]\d*$/],
  ['year', /^(1[5-9]|20)\d\d$/],
  ['level', integer],
  ['levels', integer],
  ['distance_aero', /^\d+\.\d$/],
  ['distance_sea', /^\d+\.\d{3}$/],
  ['options', 'group'],
  ['lat', /^-?\d+(\.\d+)?$/],
  ['lng', /^-?\d+(\.\d+)?$/],
  ['exact_coords', /^Y$/],
  ['photos', 'group'],
  ['ytid', /^[\w-]{11}$/],
  ['developer', /^Y$/],
]
const order = rules.map(([name]) => name)
const longest: Record<string, number> = { title: 60, annotation: 150, description: 65_536 }
const optionIds = [5, 6, 7, 12, 15, 17, 18, 19, 23, 33, 34, 35, 49]

type Node = Record<string, unknown>

/** Everything in a feed document that the format forbids, with the object it was found in. */
export function schemaFaults(xml: string): string[] {
  const wellFormed = XMLValidator.validate(xml)
  if (wellFormed !== true) return [`not well formed: ${wellFormed.err.msg} in line ${wellFormed.err.line}`]
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml)) {
    return ['a character that XML forbids']
  }
  if (!xml.startsWith('<?xml version="1.0" encoding="utf-8" ?>')) return ['no declaration']
  const faults: string[] = []
  const { root } = parse(xml) as { root: { meta: Node; objects: { object?: Node[] } | '' } }
  if (String(root.meta.version) !== '4') faults.push('meta/version is not 4')
  if (Number.isNaN(Date.parse(String(root.meta.timestamp)))) faults.push('meta/timestamp is no time')
  const objects = root.objects === '' ? [] : root.objects.object ?? []
  const ids = objects.map(({ objectid }) => objectid)
  if (new Set(ids).size !== ids.length) faults.push('an objectid occurs twice')
  for (const object of objects) {
    faults.push(...objectFaults(object).map((fault) => `${object.objectid}: ${fault}`))
  }
  return faults
}

export function parseFeed(xml: string): Node[] {
  const { root } = parse(xml) as { root: { objects: { object?: Node[] } | '' } }
  return root.objects === '' ? [] : root.objects.object ?? []
}

function parse(xml: string): unknown {
  return new XMLParser({
    parseTagValue: false,
    trimValues: false,
    isArray: (name) => ['object', 'photo', 'option'].includes(name),
  }).parse(xml.replaceAll('>\n<', '><'))
}

function objectFaults(object: Node): string[] {
  const names = Object.keys(object)
  const faults = names.filter((name) => !order.includes(name)).map((name) => `${name} is unknown`)
  const places = names.map((name) => order.indexOf(name))
  if (places.some((place, index) => index > 0 && place < places[index - 1]!)) {
    faults.push('elements out of order')
  }
  for (const [name, pattern, needed] of rules) {
    const value = object[name]
    if (value === undefined) {
      if (needed) faults.push(`${name} is missing`)
    } else if (pattern !== 'group' && !pattern.test(String(value))) {
      faults.push(`${name} may not be ${String(value)}`)
    }
  }
  for (const [name, max] of Object.entries(longest)) {
    const texts = object[name] as Record<string, string> | undefined
    if (!texts) continue
    if (Object.keys(texts).some((language) => !['ru', 'en'].includes(language))) {
      faults.push(`${name} has a third language`)
    }
    if (texts.en && !texts.ru) faults.push(`${name} has no ru`)
    if (Object.values(texts).some((text) => [...text].length > max)) {
      faults.push(`${name} is longer than ${max}`)
    }
    if (Object.values(texts).some((text) => /[\r\n]/.test(text))) faults.push(`${name} has line breaks`)
  }
  const price = Object.entries(object.price as Record<string, string> ?? {})
  const periods = object.type === 'sale' ? ['sale'] : ['day', 'week', 'month', 'year']
  if (price.length !== 1 || !periods.includes(price[0]![0]) || !integer.test(price[0]![1])) {
    faults.push(`price does not fit ${object.type}: ${JSON.stringify(price)}`)
  }
  const options = (object.options as { option: string[] } | undefined)?.option ?? []
  if (options.some((id) => !optionIds.includes(Number(id)))) faults.push(`unknown option in ${options}`)
  const photos = (object.photos as { photo: string[] } | undefined)?.photo ?? []
  if (photos.length > 15) faults.push('more than 15 photos')
  if (photos.some((url) => !/^https?:\/\//.test(url))) faults.push('a photo without an absolute address')
  return faults
}
