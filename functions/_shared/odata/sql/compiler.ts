/**
 * The compiler: from bound expressions to SQL. Every literal becomes a parameter, every identifier comes from the
 * dictionary.
 *
 * OData's comparisons are two-valued (`null gt 1` is false, `null ne 1` true), SQL's are not. Where only truth counts,
 * an unknown is as good as false and the plain, indexable operator is used; under `not` and inside other operands it is
 * made false explicitly.
 */
import { decimalScale, isStampColumn } from '../../reso/sql-types.ts'
import type { Navigation } from '../model/model.ts'
import type { Reader } from '../model/reader.ts'
import type {
  AnyElement,
  AnyEntity,
  Arith,
  Bound,
  Call,
  Column,
  Constant,
  CountEntities,
  Source,
} from '../plan/bound.ts'
import { methods } from '../plan/methods.ts'
import type { ValueType } from '../plan/value-types.ts'
import { castSql } from './casts.ts'
import { compileComparison } from './compare.ts'
import { cellsOf, distance, intersects } from './geo.ts'
import { compileMembership } from './membership.ts'
import { methodSql } from './methods.ts'
import { readableLinkedRows } from './readable-rows.ts'
import { matchesRow } from './search.ts'
import { identifier, type Parameters } from './statement.ts'
import { grantedViewOf, isUnited, tableOf } from './tables.ts'

export class Compiler {
  private hops = 0

  constructor(readonly parameters: Parameters, readonly reader: Reader) {}

  /** A fresh alias for a row on the way. */
  hop(): string {
    return `n${++this.hops}`
  }

  /** A condition of which only truth counts: an unknown may stand for false. */
  condition(bound: Bound): string {
    switch (bound.node) {
      case 'and':
      case 'or':
        return `(${bound.operands.map((operand) => this.condition(operand)).join(` ${bound.node} `)})`
      case 'compare':
        return inCellsOf(bound, compileComparison(bound, this))
      case 'in':
        return compileMembership(bound, this)
      default:
        return inCellsOf(bound, this.value(bound))
    }
  }

  /** A value in its computable form: exact numbers as numeric, moments as timestamptz. */
  value(bound: Bound): string {
    switch (bound.node) {
      case 'column':
        return computable(this.stored(bound), bound)
      case 'computed':
        return `${bound.alias}.${bound.column}`
      case 'element':
        return `${bound.alias}.value`
      case 'constant':
        return this.constant(bound)
      case 'compare':
        return `coalesce(${compileComparison(bound, this)}, false)`
      case 'in':
        return `coalesce(${compileMembership(bound, this)}, false)`
      case 'and':
      case 'or':
        return `(${bound.operands.map((operand) => this.value(operand)).join(` ${bound.node} `)})`
      case 'not':
        return `(not ${this.value(bound.operand)})`
      case 'negate':
        return `(- ${this.value(bound.operand)})`
      case 'arithmetic':
        return this.arithmetic(bound)
      case 'call':
        return this.call(bound)
      case 'cast':
        return castSql(this.value(bound.operand), bound.operand.type, bound.target)
      case 'case': {
        const branches = bound.branches.map(({ when, then }) =>
          `when ${this.value(when)} then ${this.value(then)}::${pgTypes[bound.type]}`
        )
        return `(case ${branches.join(' ')} end)`
      }
      case 'any-element':
        return this.anyElement(bound)
      case 'any-entity':
        return this.anyEntity(bound)
      case 'count-elements':
        return `cardinality(mls.multi_values(${this.stored(bound.collection)}))::bigint`
      case 'count':
        return this.count(bound)
      case 'point':
      case 'shape':
        throw new Error('A point or a shape has no value of its own.')
    }
  }

  /** A field as it is stored, decimals in their smallest unit. */
  stored(column: Column): string {
    const { source, path, property } = column
    if (path.length === 0) {
      return this.ofRow(source.alias, source, property.column, property.isSensitive)
    }
    const aliases = path.map(() => this.hop())
    const tables = path.map((navigation, index) =>
      index === 0
        ? `${tableOf(navigation.type)} ${aliases[0]}`
        : `join ${tableOf(navigation.type)} ${aliases[index]} on ${
          this.link(navigation, aliases[index - 1]!, aliases[index]!)
        }`
    )
    const last = { alias: aliases.at(-1)!, type: path.at(-1)!.type }
    const wanted = this.ofRow(last.alias, last, property.column, property.isSensitive)
    return `(select ${wanted} from ${tables.join(' ')} where ${
      this.link(path[0]!, source.alias, aliases[0]!)
    })`
  }

  private ofRow(alias: string, { type }: Source, name: string, isSensitive: boolean): string {
    // The same value, and the first column of most indexes.
    if (name === 'OriginatingSystemOfficeKey') return `${alias}.office_key`
    if (!isSensitive) return `${alias}.${identifier(name)}`
    return `(select s.${identifier(name)} from ${
      grantedViewOf(type)
    } s where s.record_id = ${alias}.record_id)`
  }

  /** Joins a row to the rows of a navigation that the client may read. */
  link(navigation: Navigation, from: string, to: string): string {
    return `${to}.${identifier(navigation.to)} = ${from}.${identifier(navigation.from)} and ${
      readableLinkedRows(to, this.reader, this.parameters)
    }`
  }

  private constant({ type, value }: Constant): string {
    if (type === 'boolean') return value ? 'true' : 'false'
    if (value === null) return 'null'
    if (type === 'double') {
      return this.parameters.add(doubleText(value as string), 'double precision')
    }
    if (type === 'duration' && (value as string).startsWith('-')) {
      return `(- ${this.parameters.add((value as string).slice(1), 'interval')})`
    }
    return this.parameters.add(value, pgTypes[type])
  }

  private arithmetic({ operator, left, right, type }: Arith): string {
    const isDouble = type === 'double'
    const operand = (bound: Bound) => {
      if (bound.type === 'null') return `null::${pgTypes[type]}`
      const value = this.value(bound)
      if (isDouble) return `${value}::double precision`
      if (
        type === 'duration' &&
        (operator === 'mul' || operator.startsWith('div')) && bound === right
      ) {
        return `${value}::double precision`
      }
      return bound.type === 'date' ? `${value}::timestamptz` : value
    }
    const [a, b] = [operand(left), operand(right)]
    // Division by zero has no value; failing the whole request for one row would help nobody.
    const divisor = `nullif(${b}, 0)`
    switch (operator) {
      case 'add':
        return `(${a} + ${b})`
      case 'sub':
        return `(${a} - ${b})`
      case 'mul':
        return `(${a} * ${b})`
      case 'mod':
        return isDouble
          ? `mod((${a})::numeric, (${divisor})::numeric)::double precision`
          : `mod(${a}, ${divisor})`
      case 'div':
        return type === 'integer' ? `div(${a}, ${divisor})` : `(${a} / ${divisor})`
      case 'divby':
        return `(${a} / ${divisor})`
    }
  }

  private call({ method, arguments: operands }: Call): string {
    if (method === 'geo.distance') {
      return distance(operands[0]!, operands[1]!, this)
    }
    if (method === 'geo.intersects') {
      return intersects(operands[0]!, operands[1]!, this)
    }
    const { takes } = methods[method]!
    const texts = operands.map((operand, index) => {
      const wanted = takes[index]!
      if (operand.type === 'date' && wanted === 'timestamp') return `${this.value(operand)}::timestamptz`
      if (operand.type !== 'null') return this.value(operand)
      return `null::${
        pgTypes[
          wanted === 'number' ? 'decimal' : wanted === 'moment' ? 'timestamp' : wanted
        ]
      }`
    })
    return methodSql(method)(...texts)
  }

  private anyElement({ quantifier, collection, alias, predicate }: AnyElement): string {
    const rows = `from unnest(mls.multi_values(${this.stored(collection)})) ${alias}(value)`
    if (!predicate) return `exists (select ${rows})`
    return quantifier === 'any'
      ? `exists (select ${rows} where ${this.condition(predicate)})`
      : `not exists (select ${rows} where not coalesce(${this.value(predicate)}, false))`
  }

  private anyEntity({ quantifier, origin, navigation, inner, predicate }: AnyEntity): string {
    const rows = `from ${tableOf(inner.type)} ${inner.alias} where ${
      this.link(navigation, origin.alias, inner.alias)
    }`
    const apart = isUnited(inner.type) ? ' offset 0' : ''
    if (!predicate) return `exists (select ${rows}${apart})`
    return quantifier === 'any'
      ? `exists (select ${rows} and ${this.condition(predicate)}${apart})`
      : `not exists (select ${rows} and not coalesce(${this.value(predicate)}, false)${apart})`
  }

  private count({ origin, navigation, inner, filter, search }: CountEntities): string {
    const condition = (filter ? ` and ${this.condition(filter)}` : '') +
      (search ? ` and ${matchesRow(search, this.parameters)}` : '')
    return `(select count(*) from ${tableOf(inner.type)} ${inner.alias} where ${
      this.link(navigation, origin.alias, inner.alias)
    }${condition})`
  }
}

function inCellsOf(bound: Bound, condition: string): string {
  const cells = cellsOf(bound)
  return cells ? `(${cells} and ${condition})` : condition
}

/** Postgres types in which values are computed. */
export const pgTypes: Record<ValueType, string> = {
  string: 'text',
  integer: 'numeric',
  decimal: 'numeric',
  double: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  time: 'time',
  duration: 'interval',
  point: 'point',
  geometry: 'polygon',
  null: 'text',
}

function computable(stored: string, { property: { field } }: Column): string {
  if (isStampColumn(field)) return `mls.stamp_time(${stored})`
  const scale = decimalScale(field.type)
  if (scale) return `(${stored} * ${(10 ** -scale).toFixed(scale)})`
  return scale === 0 || field.type === 'INT' || field.type === 'BIGINT' ? `${stored}::numeric` : stored
}

/** Postgres refuses numbers beyond a double, JavaScript makes them infinite. */
export function doubleText(text: string): string {
  const number = Number(text.replace('INF', 'Infinity'))
  return String(number)
}
