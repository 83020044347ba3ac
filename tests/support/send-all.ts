/**
 * Runs on Deno: sends each request of its first argument and prints the outcomes as JSON. With `keep` as its second, over
 * connections that are kept.
 */
import process from 'node:process'
import { Connections } from '../../functions/_shared/delivery/connections.ts'
import { type OutboundRequest, send } from '../../functions/_shared/delivery/send.ts'

const requests: OutboundRequest[] = JSON.parse(process.argv[2]!)
const connections = process.argv[3] === 'keep' ? new Connections() : undefined
const outcomes: unknown[] = []
for (const request of requests) {
  outcomes.push(
    await send({ ...request, connections }).then(({ status, text }) => ({ status, text }), ({ code }) => ({
      code,
    })),
  )
}
connections?.close()
console.log(JSON.stringify(outcomes))
