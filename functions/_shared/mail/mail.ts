import { env } from '../http/env.ts'
import { log } from '../http/log.ts'
import type { Letter } from './letter.ts'
import { postJson } from './post-json.ts'
import { sendBySmtp } from './smtp.ts'

/** Sends a letter to those whom the environment names; whether it was taken. Never throws. */
export type Mailer = (letter: { subject: string; text: string }) => Promise<boolean>

/** Sends a letter to those whom it names; whether it was taken. Never throws. */
export type Letterbox = (letter: Omit<Letter, 'from'>) => Promise<boolean>

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
    ({ from, to, subject, text, headers = {} }) => ({
      From: from,
      To: to.join(', '),
      Subject: subject,
      TextBody: text,
      Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
    }),
  ),
  sendgrid: overHttp(
    'https://api.sendgrid.com/v3/mail/send',
    (key) => ({ Authorization: `Bearer ${key}` }),
    ({ from, to, subject, text, headers }) => ({
      personalizations: [{ to: to.map((email) => ({ email })) }],
      from: { email: from },
      subject,
      content: [{ type: 'text/plain', value: text }],
      headers,
    }),
  ),
  smtp: { needsKey: false, send: sendBySmtp },
}

/**
 * How mail is sent, as the environment says: MLS_MAIL_PROVIDER, MLS_MAIL_FROM; MLS_MAIL_KEY of providers with an API, and
 * MLS_MAIL_URL for another address of it. For smtp MLS_MAIL_URL is `smtps://user:password@host`. Undefined where none is
 * set, or not wholly, which is logged.
 */
export function letterbox(): Letterbox | undefined {
  const name = env('MLS_MAIL_PROVIDER')
  if (!name) return undefined
  const [key, from] = [env('MLS_MAIL_KEY'), env('MLS_MAIL_FROM')]
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
  const url = env('MLS_MAIL_URL') ?? provider?.url
  if (!provider || !from || !url || (provider.needsKey && !key)) {
    notConfigured()
    return undefined
  }
  return (letter) => provider.send({ from, ...letter }, url, key ?? '')
}

/** Mail for those who operate the hub: MLS_MAIL_TO, with commas. Undefined as letterbox() is, or where that is missing. */
export function mailer(): Mailer | undefined {
  const send = letterbox()
  if (!send) return undefined
  const to = (env('MLS_MAIL_TO') ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '')
  if (to.length === 0) {
    notConfigured()
    return undefined
  }
  return (letter) => send({ to, ...letter })
}

function notConfigured(): void {
  log('error', 'mail_not_configured', {
    message: `Set MLS_MAIL_PROVIDER to one of ${
      Object.keys(providers).join(', ')
    }, and MLS_MAIL_FROM, MLS_MAIL_TO; MLS_MAIL_URL for smtp, MLS_MAIL_KEY for the others.`,
  })
}
