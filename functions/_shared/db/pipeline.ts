/**
 * Several statements in one message, answered by one. They form one transaction that ends with the message, and the
 * first failure keeps all behind it from running. Nothing stays in the session, as a pooler requires.
 *
 * Against a message per statement: 50 us less of the function's CPU per read, for each message is a call of the system
 * here and there.
 */
import pg, { type Connection, type PoolClient } from 'pg'

export interface Statement {
  text: string
  values: unknown[]
}

/** A row as text; null is null. */
export type TextRow = (string | null)[]

/** The rows of each statement, in order. */
export function runPipeline(client: PoolClient, statements: Statement[]): Promise<TextRow[][]> {
  return new Promise((resolve, reject) => {
    client.query(new PipelineQuery(statements, resolve, reject))
  })
}

/** What the driver calls for each message of the server; `pg.Query` says with which. */
class PipelineQuery extends pg.Query {
  /** Rows of the statements done, and of the one under way. */
  private readonly answers: TextRow[][] = []
  private current: TextRow[] = []
  private readonly statements: Statement[]

  constructor(
    statements: Statement[],
    resolve: (answers: TextRow[][]) => void,
    reject: (error: Error) => void,
  ) {
    super({ text: '' }, (error) => error ? reject(error) : resolve(this.answers))
    this.statements = statements
  }

  /** No row is described: what is read here is text, and who reads knows the columns. */
  override submit = (connection: Connection) => {
    const pieces: Uint8Array[] = []
    const recorder: Connection = Object.create(connection, { stream: { value: recording(pieces) } })
    for (const { text, values } of this.statements) {
      recorder.parse({ text, name: '', types: [] }, true)
      recorder.bind({ values: values.map(parameter) }, true)
      recorder.execute({}, true)
    }
    recorder.sync()
    connection.stream.write(joined(pieces))
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.current.push(fields)
  }

  handleCommandComplete(): void {
    this.answers.push(this.current)
    this.current = []
  }
}

/** A stream that keeps what is written to it. Corking the real one does not help: Deno writes piece by piece. */
const recording = (pieces: Uint8Array[]) => ({
  writable: true,
  write: (piece: Uint8Array) => pieces.push(piece),
})

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** A value in the text form of its type. */
function parameter(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return Array.isArray(value) ? `{${value.map(element).join(',')}}` : String(value)
}

function element(value: unknown): string {
  return value === null ? 'null' : `"${String(value).replace(/["\\]/g, '\\$&')}"`
}
