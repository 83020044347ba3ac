import process from 'node:process'
import { followOrders, report } from '../stack/child-protocol.ts'

/**
 * Serves one door, the module that its argument names, and nothing else: hosted Supabase runs each function in an isolate
 * of its own, so this is the process whose memory and CPU say what one needs.
 */
const { default: door } = await import(`../../${process.argv[2]}`)
followOrders()
Deno.serve({
  hostname: '127.0.0.1',
  port: 0,
  onListen: ({ port }) => report({ event: 'ready', port }),
}, (request) => door.fetch(request))
