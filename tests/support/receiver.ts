import { createServer } from 'node:http'
import { createHmac } from 'node:crypto'

export interface Received<Data = { key: string; kind: string; sequence: string }> {
  id: string
  body: { type: string; timestamp: string; data: Data }
  /** Whether one of the signatures is right for the secret of the test. */
  isSigned: boolean
}

/** A status; or nothing taken and no answer (drop, hang), an answer that is lost, or 200 with a body in trouble. */
export type Outcome = number | 'drop' | 'hang' | 'lost' | 'flood' | 'drip' | 'torn'

/** A subscriber's server that keeps what it got and answers as it is told. */
export async function startReceiver<Data = Received['body']['data']>(secret: () => string) {
  const received: Received<Data>[] = []
  let answer: () => Outcome = () => 204
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const outcome = answer()
    if (outcome === 'drop') return void request.socket.destroy()
    if (outcome === 'hang') return void setTimeout(() => request.socket.destroy(), 2_000)
    const id = String(request.headers['webhook-id'])
    if (typeof outcome === 'string' || outcome < 300) {
      const key = Buffer.from(secret().replace('whsec_', ''), 'base64')
      const expected = createHmac('sha256', key)
        .update(`${id}.${request.headers['webhook-timestamp']}.${text}`).digest('base64')
      const isSigned = String(request.headers['webhook-signature']).split(' ').includes(`v1,${expected}`)
      received.push({ id, body: JSON.parse(text), isSigned })
    }
    if (outcome === 'lost') return void request.socket.destroy()
    if (outcome === 'flood') return void response.end('x'.repeat(1_000_000))
    if (outcome === 'drip') return void response.writeHead(200).write('begun') // and never ended
    if (outcome === 'torn') {
      return void response.writeHead(200, { 'Content-Length': 100 }).write(
        'begun',
        () => request.socket.destroy(),
      )
    }
    response.writeHead(outcome, { Location: 'http://127.0.0.1:1/' })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers: (next: typeof answer) => void (answer = next),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export type Receiver<Data = Received['body']['data']> = Awaited<ReturnType<typeof startReceiver<Data>>>
