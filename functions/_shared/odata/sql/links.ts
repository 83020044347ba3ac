/**
 * The way to an entity along a path. Each step is a subquery of the one behind it, which yields one value at most and is
 * run once before all else: an index finds what is linked as if the value stood in the path, and the whole path is one
 * statement, whatever its length.
 */
import type { Source } from '../plan/bound.ts'
import type { Link } from '../plan/collection-query.ts'
import { storedType } from './compare.ts'
import type { Compiler } from './compiler.ts'
import { readableLinkedRows } from './readable-rows.ts'
import { identifier } from './statement.ts'
import { tableOf } from './tables.ts'

export function linkConditions(
  { alias, type }: Source,
  link: Link | undefined,
  compiler: Compiler,
): string[] {
  if (!link) return []
  const wanted = storedType(type.properties.get(link.field)!.field)
  return [
    `${alias}.${identifier(link.field)} = ${linkValue(link, wanted, compiler)}`,
    ...linkConditions({ alias, type }, link.within, compiler),
  ]
}

/** The array of the one key that recordsByKey() is to find. */
export function linkKeys(link: Link, compiler: Compiler): string {
  return typeof link.value === 'string'
    ? compiler.parameters.add([link.value], 'text[]')
    : `array[${linkValue(link, 'text', compiler)}]`
}

function linkValue({ value }: Link, wanted: string, compiler: Compiler): string {
  if (typeof value === 'string') return compiler.parameters.add(value, wanted)
  const source = { alias: compiler.hop(), type: value.type }
  const conditions = [
    readableLinkedRows(source.alias, compiler.reader, compiler.parameters),
    ...linkConditions(source, value.link, compiler),
  ]
  // A link by another field than the key may lead to several rows; the first of them is the way.
  const first = value.link.field === value.type.key ? '' : ` order by ${source.alias}.seq limit 1`
  return `(select ${source.alias}.${identifier(value.field)} from ${
    tableOf(value.type)
  } ${source.alias} where ${conditions.join(' and ')}${first})`
}
