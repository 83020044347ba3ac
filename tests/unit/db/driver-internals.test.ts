import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import pg from 'pg'
import { describe, expect, it } from 'vitest'

/**
 * A pipeline (functions/_shared/db/pipeline.ts) and the pool use what pg does not document. When pg is raised, what fails
 * here says which of it is gone; tests/database/pipeline.test.ts says whether pipelines still work. Then `tried` is raised
 * too.
 */
const tried = '8.23.1'

it(`pg is the release that pipelines were tried with`, () => {
  const { version } = createRequire(import.meta.url)('pg/package.json') as { version: string }
  expect(version, 'pg was changed: see the comment above').toBe(tried)
})

it('every door that asks the database names the same release', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  expect(dependencies.pg).toBe(tried)
  const folder = new URL('../../../functions/', import.meta.url)
  const named = readdirSync(folder).filter((name) => !name.startsWith('_')).flatMap((door) => {
    const { imports } = JSON.parse(readFileSync(new URL(`${door}/deno.json`, folder), 'utf8'))
    return imports.pg === undefined ? [] : [[door, imports.pg]]
  })
  expect(named.length).toBeGreaterThan(5)
  for (const [door, release] of named) expect(release, door).toBe(`npm:pg@${tried}`)
})

/** A connection that is not connected, whose messages are kept. */
function recorded() {
  const written: Uint8Array[] = []
  const stream = { writable: true, write: (piece: Uint8Array) => written.push(piece) }
  // deno-lint-ignore no-explicit-any
  const Connection = (pg as any).Connection
  const connection = new Connection({ stream: { on: () => undefined, once: () => undefined } })
  return { written, recorder: Object.create(connection, { stream: { value: stream } }) }
}

describe('a connection', () => {
  it.each([
    ['parse', 'P', [{ text: 'select $1', name: '', types: [] }]],
    ['bind', 'B', [{ values: ['1'] }]],
    ['execute', 'E', [{}]],
    ['sync', 'S', []],
  ])('writes the message of %s to this.stream, at once and as one piece', (method, kind, values) => {
    const { written, recorder } = recorded()
    recorder[method](...values)
    expect(written.map(([first]) => String.fromCharCode(first!))).toEqual([kind])
  })
})

it('a client shows the socket of its connection, whose silence the pool ends', () => {
  const { stream } = new pg.Client({}).connection as unknown as { stream: Record<string, unknown> }
  expect([typeof stream.setTimeout, typeof stream.destroy]).toEqual(['function', 'function'])
})

describe('a query', () => {
  const query = () => {
    const answers: unknown[] = []
    // deno-lint-ignore no-explicit-any
    const made = new (pg.Query as any)({ text: '' }, (error: unknown) => answers.push(error ?? 'done'))
    return { made, answers }
  }

  it.each(['submit', 'handleDataRow', 'handleCommandComplete', 'handleReadyForQuery', 'handleError'])(
    'is told by %s',
    (method) => expect(typeof query().made[method]).toBe('function'),
  )

  it('calls back without an error when the server is ready, and with the error after a failure', () => {
    const well = query()
    well.made.handleReadyForQuery({})
    expect(well.answers).toEqual(['done'])
    const ill = query()
    const error = new Error('division by zero')
    ill.made.handleError(error, {})
    expect(ill.answers).toEqual([error])
  })

  it('is handed over with the client: submit() is an own method that a class may replace', () => {
    class Own extends pg.Query {
      override submit = () => undefined
    }
    // deno-lint-ignore no-explicit-any
    expect(new (Own as any)({ text: '' }).submit()).toBeUndefined()
  })
})
