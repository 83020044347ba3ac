import { env } from '../http/env.ts'
import { log } from '../http/log.ts'
import type { Letter } from './letter.ts'
import { postJson } from './post-json.ts'
import { sendBySmtp } from './smtp.ts'

/** Sends a letter to those whom the environment names; whether it was taken. Never throws. */
export type Mailer = (letter: { subject: string; text: string }) => Promise<boolean>

interface Provider {
  /** Where its API is, unless MLS_MAIL_URL says otherwise; missing where MLS_MAIL_URL has to say it. */
  url?: string
  needsKey: boolean
  send(letter: Letter, url: string, key: string): Promise<boolean>
}

const overHttp = (
  url: string,
  headers: (key: string) => Record<string, string>,
  body: (letter: Letter) => unknown,
): Provider => ({
  url,
  needsKey: true,
  send: (letter, address, key) => postJson(address, headers(key), body(letter)),
})

/** Ways to send mail, by the name in MLS_MAIL_PROVIDER. Hosted functions reach the port 465 of SMTP, neither 25 nor 587. */
const providers: Readonly<Record<string, Provider>> = {
  resend: overHttp(
    'https://api.resend.com/emails',
    (key) => ({ Authorization: `Bearer ${key}` }),
    (letter) => letter,
  ),
  postmark: overHttp(
    'https://api.postmarkapp.com/email',
    (key) => ({ 'X-Postmark-Server-Token': key, Accept: 'application/json' }),
    ({ from, to, subject, text }) => ({ From: from, To: to.join(', '), Subject: subject, TextBody: text }),
  ),
  sendgrid: overHttp(
    'https://api.sendgrid.com/v3/mail/send',
    (key) => ({ Authorization: `Bearer ${key}` }),
    ({ from, to, subject, text }) => ({
      personalizations: [{ to: to.map((email) => ({ email })) }],
      from: { email: from },
      subject,
      content: [{ type: 'text/plain', value: text }],
    }),
  ),
  smtp: { needsKey: false, send: sendBySmtp },
}

/**
 * How mail is sent, as the environment says: MLS_MAIL_PROVIDER, MLS_MAIL_FROM, MLS_MAIL_TO (with commas); MLS_MAIL_KEY of
 * providers with an API, and MLS_MAIL_URL for another address of it. For smtp MLS_MAIL_URL is `smtps://user:password@host`.
 * Undefined where none is set, or not wholly, which is logged.
 */
export function mailer(): Mailer | undefined {
  const name = env('MLS_MAIL_PROVIDER')
  if (!name) return undefined
  const [key, from, to] = [env('MLS_MAIL_KEY'), env('MLS_MAIL_FROM'), env('MLS_MAIL_TO')]
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
  const url = env('MLS_MAIL_URL') ?? provider?.url
  if (!provider || !from || !to || !url || (provider.needsKey && !key)) {
    log('error', 'mail_not_configured', {
      message: `Set MLS_MAIL_PROVIDER to one of ${
        Object.keys(providers).join(', ')
      }, and MLS_MAIL_FROM, MLS_MAIL_TO; MLS_MAIL_URL for smtp, MLS_MAIL_KEY for the others.`,
    })
    return undefined
  }
  const receivers = to.split(',').map((one) => one.trim()).filter((one) => one !== '')
  return ({ subject, text }) => provider.send({ from, to: receivers, subject, text }, url, key ?? '')
}
