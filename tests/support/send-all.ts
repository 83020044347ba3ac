/** Runs on Deno: sends each request of its first argument and prints the outcomes as JSON. */
import process from 'node:process'
import { type OutboundRequest, send } from '../../functions/_shared/delivery/send.ts'

const requests: OutboundRequest[] = JSON.parse(process.argv[2]!)
const outcomes: unknown[] = []
for (const request of requests) {
  outcomes.push(await send(request).then(({ status, text }) => ({ status, text }), ({ code }) => ({ code })))
}
console.log(JSON.stringify(outcomes))
