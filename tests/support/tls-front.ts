import { connect, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from './certificates.ts'

/** A door before a database that lets nobody in without TLS, as a hosted project does with "Enforce SSL". */
export interface TlsFront {
  port: number
  /** Of those who came without asking for TLS: what they said in the clear. */
  overheard: string[]
  /** How many got through. */
  passed: number
  close(): Promise<void>
}

const sslRequest = 80877103

/** Listens on 127.0.0.1 and passes what it decrypts on to the database at `port`. */
export async function startTlsFront(databasePort: number, certificate: Certificate): Promise<TlsFront> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    socket.once('data', (message) => {
      if (message.readInt32BE(4) !== sslRequest) {
        front.overheard.push(message.toString('latin1'))
        socket.end(refusal('28000', 'no pg_hba.conf entry for this host, no encryption'))
        return
      }
      socket.write('S')
      const secure = new TLSSocket(socket, { isServer: true, ...certificate })
      secure.on('error', () => socket.destroy())
      secure.once('secure', () => {
        front.passed++
        const database = connect(databasePort, '127.0.0.1')
        database.on('error', () => secure.destroy()).on('close', () => secure.destroy())
        secure.on('close', () => database.destroy())
        secure.pipe(database).pipe(secure)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const front: TlsFront = {
    port: (server.address() as { port: number }).port,
    overheard: [],
    passed: 0,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return front
}

/** ErrorResponse of the protocol: fields of a letter and a text, each ended by a zero. */
function refusal(code: string, message: string): Uint8Array {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
