import { env } from '../http/env.ts'
import { log } from '../http/log.ts'
import type { Letter } from './letter.ts'
import { tellTimeoutMs } from './post-json.ts'

/**
 * Sends a letter by SMTP; whether the server took it. `smtps://user:password@host[:465]` speaks TLS from the first byte,
 * `smtp://...` (587) begins it before anything is said: without TLS, or with a certificate that does not hold, neither
 * letter nor password leaves. MLS_MAIL_CA is the certificate of an authority of one's own, as text. Never throws.
 */
export async function sendBySmtp(letter: Letter, address: string): Promise<boolean> {
  try {
    const { host, port, secure, auth } = readAddress(address)
    // loaded here: the other jobs of the door do without it
    const { createTransport } = await import('nodemailer')
    const timeout = tellTimeoutMs()
    const transport = createTransport({
      host,
      port,
      secure,
      requireTLS: true,
      auth,
      tls: { ca: env('MLS_MAIL_CA')?.replaceAll('\\n', '\n') },
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      dnsTimeout: timeout,
      // a letter is text that we wrote: nothing of it names a file or an address to read
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      const { accepted } = await transport.sendMail(letter)
      const isTaken = accepted.length === letter.to.length
      if (!isTaken) {
        log('error', 'alert_not_announced', { code: 'refused', message: 'Not all receivers are taken.' })
      }
      // some have it: telling them again would help nobody
      return accepted.length > 0
    } finally {
      transport.close()
    }
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number }
    log('error', 'alert_not_announced', { code: code ?? 'smtp', status: responseCode })
    return false
  }
}

/** The parts of an address such as smtps://user:password@mail.example.com; messages never show it. */
function readAddress(address: string) {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw Object.assign(new Error('MLS_MAIL_URL is no address of SMTP.'), { code: 'not_configured' })
  }
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    auth: url.username === ''
      ? undefined
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  }
}
