import { createHash, randomBytes } from 'node:crypto'

/** Digest and RETS' own user agent authorization are MD5, which Web Crypto does not have. */
export const md5 = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex')

export interface Challenge {
  scheme: 'digest' | 'basic'
  realm: string
  nonce: string
  opaque?: string
  qop?: 'auth'
  algorithm?: string
}

/** The challenge that a client can answer; digest before basic. A header may hold several. */
export function readChallenge(header: string | null): Challenge | undefined {
  if (!header) return undefined
  const at = header.search(/\bdigest\s/i)
  if (at !== -1) {
    const values = new Map<string, string>()
    for (
      const [, name, quoted, plain] of header.slice(at + 7).matchAll(
        /(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
      )
    ) {
      if (!values.has(name!.toLowerCase())) values.set(name!.toLowerCase(), quoted ?? plain ?? '')
    }
    const qops = (values.get('qop') ?? '').split(',').map((word) => word.trim().toLowerCase())
    return {
      scheme: 'digest',
      realm: values.get('realm') ?? '',
      nonce: values.get('nonce') ?? '',
      ...(values.has('opaque') && { opaque: values.get('opaque')! }),
      ...(qops.includes('auth') && { qop: 'auth' as const }),
      ...(values.has('algorithm') && { algorithm: values.get('algorithm')! }),
    }
  }
  return /\bbasic\b/i.test(header) ? { scheme: 'basic', realm: '', nonce: '' } : undefined
}

/** The Authorization header for one request (RFC 2617). `count` is how often the nonce has been used. */
export function authorize(
  challenge: Challenge,
  { username, password }: { username: string; password: string },
  { method, uri, count }: { method: string; uri: string; count: number },
  cnonce = randomBytes(8).toString('hex'),
): string {
  if (challenge.scheme === 'basic') {
    const bytes = new TextEncoder().encode(`${username}:${password}`)
    return `Basic ${btoa(String.fromCharCode(...bytes))}`
  }
  const { realm, nonce, opaque, qop, algorithm } = challenge
  const plain = md5(`${username}:${realm}:${password}`)
  const secret = algorithm?.toLowerCase() === 'md5-sess' ? md5(`${plain}:${nonce}:${cnonce}`) : plain
  const request = md5(`${method}:${uri}`)
  const nc = count.toString(16).padStart(8, '0')
  const response = qop
    ? md5(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${request}`)
    : md5(`${secret}:${nonce}:${request}`)
  const quoted = {
    username,
    realm,
    nonce,
    uri,
    response,
    ...(opaque !== undefined && { opaque }),
    ...(qop && { cnonce }),
  }
  return `Digest ${
    [
      ...Object.entries(quoted).map(([name, value]) => `${name}="${value.replace(/(["\\])/g, '\\$1')}"`),
      ...(algorithm ? [`algorithm=${algorithm}`] : []),
      ...(qop ? [`qop=${qop}`, `nc=${nc}`] : []),
    ].join(', ')
  }`
}

/** RETS-UA-Authorization: of the program, not of the user. The session's id is part of it and may change. */
export function authorizeAgent(
  agent: string,
  password: string,
  session: string,
  version: string,
  request = '',
): string {
  return `Digest ${md5(`${md5(`${agent}:${password}`)}:${request}:${session}:${version}`)}`
}
