/** SQL under construction: text in the caller's hands, values collected here as numbered parameters. */

export interface Statement {
  text: string
  values: unknown[]
}

export class Parameters {
  readonly values: unknown[] = []
  private readonly known = new Map<string, string>()

  /** A placeholder for `value`, cast to a Postgres type; equal values share one. */
  add(value: unknown, type: string): string {
    const signature = `${type} ${JSON.stringify(value)}`
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
