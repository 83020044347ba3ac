import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import pg from 'pg'

/** The parts of the driver's connection that COPY needs and its types do not name. */
interface Wire {
  stream: Writable
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

type Done = (error: Error | null, result?: unknown) => void
/** A query of the driver, whose own COPY does nothing. */
const Query = pg.Query as unknown as new (text: string, values: undefined, done: Done) => {
  handleCopyInResponse(wire: Wire): void
  handleCopyData(message: { chunk: Uint8Array }, wire: Wire): void
}

function run(client: pg.ClientBase, make: (done: Done) => object): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(make((error) => error ? reject(error) : resolve()) as never)
  })
}

/** Runs `copy ... to stdout` and hands over what comes, piece by piece. */
export async function copyOut(
  client: pg.ClientBase,
  statement: string,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  class Out extends Query {
    override handleCopyData({ chunk }: { chunk: Uint8Array }) {
      take(chunk)
    }
  }
  await run(client, (done) => new Out(statement, undefined, done))
}

/** Runs `copy ... from stdin` with what a stream holds. */
export async function copyIn(client: pg.ClientBase, statement: string, from: Readable): Promise<void> {
  class In extends Query {
    override handleCopyInResponse(wire: Wire) {
      void send(wire)
    }
  }
  async function send(wire: Wire) {
    try {
      for await (const chunk of from) {
        wire.sendCopyFromChunk(chunk)
        if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain')
      }
      wire.endCopyFrom()
    } catch (error) {
      wire.sendCopyFail((error as Error).message)
    }
  }
  await run(client, (done) => new In(statement, undefined, done))
}
