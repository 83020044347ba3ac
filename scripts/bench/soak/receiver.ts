import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A subscriber: keeps the ids that arrive, and fails one call in ten so that something has to be repeated. */
export async function startSubscriber() {
  const ids = new Map<string, number>()
  const keys = new Set<string>()
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    if (Math.random() < 0.1) return void response.writeHead(500).end()
    const id = String(request.headers['webhook-id'])
    ids.set(id, (ids.get(id) ?? 0) + 1)
    keys.add(JSON.parse(text).data.key)
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    ids,
    keys,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type Subscriber = Awaited<ReturnType<typeof startSubscriber>>
