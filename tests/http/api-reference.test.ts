import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleKey } from '../../functions/_shared/openapi/examples.ts'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { entityEvent } from '../../functions/_shared/reso/entity-event.ts'
import { openApiDocument } from '../../functions/_shared/openapi/document.ts'
import { historyTransactional } from '../../functions/_shared/reso/history-transactional.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { sendWhatTheDemoLacks } from './send-gold.ts'

/** Sends every request that the API reference shows, as its reader would, and looks whether it answers as shown. */
let hub: Hub
let environment: Record<string, string>
let firstEvent: string
let firstChange: string

beforeAll(async () => {
  hub = await startHub({ seed: true })
  const { client_id, client_secret } = hub.clients.verifier_all!
  await sendWhatTheDemoLacks(hub)
  // the demo stands still: no price has changed
  const { rows: [changed] } = await hub.pool.query(
    `with changed as (update mls_listings set list_price = list_price - 1 where origin_key = $1 returning id)
     select id from changed`,
    [historyTransactional.example.record.ResourceRecordKey],
  )
  const { rows: [change] } = await hub.pool.query(
    `select 'price-' || max(id) as key from mls_price_history where listing_id = $1`,
    [changed.id],
  )
  firstChange = change.key
  environment = {
    F: hub.functionsUrl,
    TOKEN: await hub.token('verifier_all'),
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret,
  }
  const events = await send(`curl -s "$F/odata/EntityEvent?\\$top=1" -H "Authorization: Bearer $TOKEN"`)
  firstEvent = JSON.parse(events).value[0].EntityEventSequence
})
afterAll(() => hub?.stop())

/** What an operation has of OpenAPI that matters here. */
interface Operation {
  operationId: string
  security?: { token?: string[] }[]
  'x-codeSamples': { source: string }[]
  responses: Record<string, { content: Record<string, { example?: unknown }> }>
}

const document = openApiDocument('https://mls.example/functions/v1', 'gold')
const operations = Object.values(document.paths as Record<string, Record<string, Operation>>).flatMap(
  (methods) => Object.values(methods),
)

async function send(source: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-c', source], {
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 26,
  })
  return stdout
}

/** Names of members and types of values, for they are what an example promises. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]).sort())
}

describe('the API reference', () => {
  // what starts, changes or removes something is tried by the tests of its door, and so is what needs another scope
  const reading = operations.filter(({ responses, security }) =>
    responses['200']?.content !== undefined && !security?.some(({ token }) => token)
  )
  it.each(reading)('shows $operationId as it is', async (operation) => {
    const [{ source }] = operation['x-codeSamples'] as [{ source: string }]
    const resource = resources.find(({ name }) => operation.operationId.endsWith(name))?.name
    // the numbers of the demo's events are those of its clock, and those of its changes as they come
    const printed = await send(
      source.replace(String(exampleKey(entityEvent)), firstEvent)
        .replace(String(exampleKey(historyTransactional)), firstChange),
    )
    const [[type, { example }]] = Object.entries(operation.responses['200']!.content) as [
      [string, { example?: unknown }],
    ]
    if (type !== 'application/json') {
      expect(printed).toMatch(type === 'text/plain' ? /^[1-9]\d*$/ : /^<\?xml/)
      return
    }
    const answer = JSON.parse(printed)
    expect(answer).not.toHaveProperty('error')
    const { '@odata.nextLink': _, ...shown } = answer
    if (example !== undefined) expect([resource, shapeOf(shown)]).toEqual([resource, shapeOf(example)])
  })

  it('shows the error that the hub answers', async () => {
    const printed = await send(
      `curl -sG "$F/odata/Property" -H "Authorization: Bearer $TOKEN" --data-urlencode '$filter=ListPrise gt 1'`,
    )
    const { responses } = document.components as Pick<Operation, 'responses'>
    expect(JSON.parse(printed)).toEqual(responses.Error!.content['application/json']!.example)
  })
})
