/** SQL under construction: text in the caller's hands, values collected here as numbered parameters. */
export type { Statement } from '../../db/pipeline.ts'

export class Parameters {
  readonly values: unknown[] = []
  private readonly known = new Map<string, string>()

  /** A placeholder for `value`, cast to a Postgres type; equal values share one. */
  add(value: unknown, type: string): string {
    // a text as it is, behind what no JSON begins with: the rows of Lookup are a megabyte
    const signature = typeof value === 'string' ? `${type} '${value}` : `${type} ${JSON.stringify(value)}`
    let placeholder = this.known.get(signature)
    if (!placeholder) {
      placeholder = `$${this.values.push(value)}::${type}`
      this.known.set(signature, placeholder)
    }
    return placeholder
  }
}

/** A name of the dictionary as SQL identifier. Nothing that a caller wrote ever gets here. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text of our own as SQL literal, for lists of names. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * SQL that names its operands more than once. Anything longer than a column or a parameter is computed first and named:
 * written out again, nested calls would double the statement at each level. `offset 0` keeps the planner from doing so.
 */
export function once(operands: string[], use: (...names: string[]) => string): string {
  if (operands.every((operand) => /^(?:[\w."]+|\$\d+::[\w ]+)$/.test(operand))) return use(...operands)
  const named = operands.map((operand, index) => `${operand} as v${index}`)
  return `(select ${use(...operands.map((_, index) => `x.v${index}`))} from (select ${
    named.join(', ')
  } offset 0) x)`
}
