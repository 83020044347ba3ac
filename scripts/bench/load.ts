import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import process from 'node:process'

/** What the clients of a load ask for, given to this process as JSON on its standard input. */
export interface Load {
  port: number
  bearer: string
  clients: number
  seconds: number
  /** Each client asks for one after the other, beginning at a place of its own. */
  paths: string[]
}

export interface LoadResult {
  answers: number
  bytes: number
  seconds: number
  /** CPU time of this process, in milliseconds: it shares the machine with what it measures. */
  cpu: number
}

/**
 * Clients that keep their connections and ask again as soon as they are answered. Raw sockets: `fetch` takes more of
 * the two cores than what is measured with it. An answer ends by its Content-Length, or by the last empty chunk.
 */
async function run({ port, bearer, clients, seconds, paths }: Load): Promise<LoadResult> {
  const ends = performance.now() + seconds * 1000
  const result = { answers: 0, bytes: 0 }
  const started = performance.now()
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    const socket = connect(port, '127.0.0.1').setNoDelay()
    for (let n = client * 7919; performance.now() < ends; n++) {
      const path = paths[n % paths.length]!
      const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${bearer}\r\n\r\n`
      const bytes = await ask(socket, request)
      result.bytes += bytes
      result.answers++
    }
    socket.destroy()
  }))
  const { user, system } = process.cpuUsage()
  return { ...result, seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1000 }
}

/** Sends a request and answers the size of what came back, head and all. */
function ask(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = 0
    let expected: number | undefined
    const onData = (data: Uint8Array) => {
      if (received === 0) {
        const head = new TextDecoder().decode(data.subarray(0, 2048))
        if (!head.startsWith('HTTP/1.1 200 ')) return reject(new Error(head.slice(0, 500)))
        const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
        if (length !== undefined) expected = head.indexOf('\r\n\r\n') + 4 + Number(length)
      }
      received += data.length
      if (expected === undefined ? isLastChunk(data) : received >= expected) {
        socket.removeAllListeners()
        resolve(received)
      }
    }
    socket.on('data', onData)
    socket.on('error', reject)
    socket.write(request)
  })
}

/** JSON holds no carriage return, so that nothing within it looks like this. */
function isLastChunk(data: Uint8Array): boolean {
  return [48, 13, 10, 13, 10].every((byte, index) => data.at(index - 5) === byte)
}

console.log(JSON.stringify(await run(JSON.parse(readFileSync(0, 'utf8')))))
