import ingest from '../../functions/ingest/index.ts'
import { followOrders, report } from '../stack/child-protocol.ts'

/**
 * Serves the ingest door and nothing else: hosted Supabase runs each function in an isolate of its own, so this is
 * the process whose memory and CPU say what one needs.
 */
followOrders()
Deno.serve({
  hostname: '127.0.0.1',
  port: 0,
  onListen: ({ port }) => report({ event: 'ready', port }),
}, (request) => ingest.fetch(request))
