import net from 'node:net'
import tls from 'node:tls'

/**
 * Connects to the host of a URL. With `addresses` its name is not looked up: the connection goes to the first of them that
 * takes it (nothing has been sent before), and TLS is checked against the name all the same.
 */
export async function connect(
  target: URL,
  addresses: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<net.Socket> {
  const name = target.hostname.replace(/^\[|\]$/g, '')
  let failure: unknown
  for (const host of addresses ?? [name]) {
    try {
      return await connectTo(target, name, host, signal)
    } catch (error) {
      if (signal.aborted) throw error
      failure = error
    }
  }
  throw failure ?? new Error(`There is no address of ${name}.`)
}

function connectTo(target: URL, name: string, host: string, signal: AbortSignal): Promise<net.Socket> {
  const isSecure = target.protocol === 'https:'
  const port = Number(target.port) || (isSecure ? 443 : 80)
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = isSecure
      // the certificate must be of the name, whatever address it is reached at
      ? tls.connect({ host, port, ...net.isIP(name) === 0 && { servername: name } })
      : net.connect({ host, port })
    const settle = (error?: Error) => {
      socket.removeListener('error', settle)
      socket.removeListener('close', lost)
      signal.removeEventListener('abort', abort)
      if (!error) return resolve(socket)
      socket.on('error', () => {}) // what else is wrong with it is nobody's concern
      socket.destroy()
      reject(error)
    }
    const abort = () => settle(new DOMException('The operation was aborted', 'AbortError'))
    const lost = () => settle(new Error(`The connection to ${host} was closed before it stood.`))
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', settle)
    socket.once('close', lost)
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle())
  })
}
