import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its private key, both as PEM. */
export interface Certificate {
  cert: string
  key: string
}

/** A certificate authority of one's own, made when it is needed: nothing to renew, and no key in the repository. */
export interface Authority {
  cert: string
  /** Signs a certificate of a server that is reached under these names or addresses. */
  issue(...hosts: string[]): Certificate
}

/** X.509 as RFC 5280 has it, with the fewest fields that OpenSSL and rustls take. */
export function createAuthority(name = 'MLS test authority'): Authority {
  const authority = keyPair()
  const certificate = (subject: string, publicKey: KeyObject, extensions: Uint8Array[]) => {
    const body = sequence(
      explicit(0, integer(2)), // version 3
      integer(...randomBytes(8).map((byte, index) => index === 0 ? byte & 0x7f | 1 : byte)),
      ecdsaWithSha256,
      distinguishedName(name),
      sequence(time(-1), time(1)),
      distinguishedName(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      explicit(3, sequence(...extensions)),
    )
    const signature = sign('sha256', body, authority.privateKey)
    const der = sequence(body, ecdsaWithSha256, tagged(0x03, Uint8Array.of(0), signature))
    const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g)!
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  }
  return {
    cert: certificate(name, authority.publicKey, [
      extension(basicConstraints, sequence(boolean(true))),
      extension(keyUsage, tagged(0x03, Uint8Array.of(1, 0x06))), // signs certificates and lists of revoked ones
    ]),
    issue: (...hosts) => {
      const { publicKey, privateKey } = keyPair()
      return {
        cert: certificate(hosts[0]!, publicKey, [
          extension(subjectAlternativeName, sequence(...hosts.map(generalName))),
        ]),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

// ----- DER: tag, length, content -----

function tagged(tag: number, ...content: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content)
  const length = body.length < 0x80
    ? [body.length]
    : body.length < 0x100
    ? [0x81, body.length]
    : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...length), body])
}

const sequence = (...content: Uint8Array[]) => tagged(0x30, ...content)
const explicit = (number: number, content: Uint8Array) => tagged(0xa0 | number, content)
const integer = (...bytes: number[]) => tagged(0x02, Uint8Array.from(bytes))
const boolean = (value: boolean) => tagged(0x01, Uint8Array.of(value ? 0xff : 0))
const identifier = (...bytes: number[]) => tagged(0x06, Uint8Array.from(bytes))
const text = (value: string) => tagged(0x0c, Buffer.from(value))

/** UTCTime, so many days from now. */
function time(days: number): Uint8Array {
  const digits = new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}

const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const basicConstraints = identifier(0x55, 0x1d, 0x13)
const keyUsage = identifier(0x55, 0x1d, 0x0f)
const subjectAlternativeName = identifier(0x55, 0x1d, 0x11)
const commonName = identifier(0x55, 0x04, 0x03)

const extension = (id: Uint8Array, value: Uint8Array) => sequence(id, boolean(true), tagged(0x04, value))
const distinguishedName = (name: string) => sequence(tagged(0x31, sequence(commonName, text(name))))

function generalName(host: string): Uint8Array {
  return isIP(host) === 4
    ? tagged(0x87, Uint8Array.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host))
}
