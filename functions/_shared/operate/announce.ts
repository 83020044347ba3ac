import { env, envInteger } from '../http/env.ts'
import { log } from '../http/log.ts'
import { toDeliveryFailure } from '../delivery/failure.ts'
import { sendForStatus } from '../delivery/send.ts'

/** An alert as channels tell of it. */
export interface Alert {
  id: number
  code: string
  subject: string
  level: string
  message: string
}

/** What people are told at once: one message, however many alerts it is of. */
export interface Announcement {
  type: 'alerts.opened' | 'alerts.resolved'
  alerts: Alert[]
}

interface Channel {
  name: 'webhook' | 'mail'
  /** Whether it got there. Never throws. */
  tell(announcement: Announcement): Promise<boolean>
}

/** Where alerts go, as the environment says: MLS_ALERT_WEBHOOK_URL, and a mail provider (MLS_MAIL_*). */
export function alertChannels(): Channel[] {
  const channels: Channel[] = []
  const url = env('MLS_ALERT_WEBHOOK_URL')
  if (url) {
    // `text` is what Slack, Mattermost, Google Chat and others show of a message
    const body = (announcement: Announcement) => ({
      type: announcement.type,
      text: textOf(announcement),
      alerts: announcement.alerts.map(({ id, code, subject, level, message }) => ({
        id,
        code,
        subject,
        level,
        message,
      })),
    })
    channels.push({ name: 'webhook', tell: (announcement) => post(url, {}, body(announcement)) })
  }
  const mail = mailProvider()
  if (mail) channels.push({ name: 'mail', tell: mail })
  return channels
}

/** A line for what it is about, and a line for each. */
export function textOf({ type, alerts }: Announcement): string {
  const lines = alerts.map(({ level, code, subject, message }) =>
    `${type === 'alerts.opened' ? level : 'over'}: ${code} ${subject}. ${message}`
  )
  return [subjectOf({ type, alerts }), ...lines].join('\n')
}

function subjectOf({ type, alerts }: Announcement): string {
  const amount = alerts.length === 1 ? '1 alert' : `${alerts.length} alerts`
  return `MLS hub: ${amount} ${type === 'alerts.opened' ? 'opened' : 'resolved'}`
}

interface Letter {
  from: string
  to: string[]
  subject: string
  text: string
}

/** Mail providers by name: how each takes its key and a letter over HTTP. Functions reach no SMTP ports. */
const providers: Readonly<
  Record<string, { url: string; headers(key: string): Record<string, string>; body(letter: Letter): unknown }>
> = {
  resend: {
    url: 'https://api.resend.com/emails',
    headers: (key) => ({ Authorization: `Bearer ${key}` }),
    body: (letter) => letter,
  },
  postmark: {
    url: 'https://api.postmarkapp.com/email',
    headers: (key) => ({ 'X-Postmark-Server-Token': key, Accept: 'application/json' }),
    body: ({ from, to, subject, text }) => ({
      From: from,
      To: to.join(', '),
      Subject: subject,
      TextBody: text,
    }),
  },
  sendgrid: {
    url: 'https://api.sendgrid.com/v3/mail/send',
    headers: (key) => ({ Authorization: `Bearer ${key}` }),
    body: ({ from, to, subject, text }) => ({
      personalizations: [{ to: to.map((email) => ({ email })) }],
      from: { email: from },
      subject,
      content: [{ type: 'text/plain', value: text }],
    }),
  },
}

/** MLS_MAIL_PROVIDER, MLS_MAIL_KEY, MLS_MAIL_FROM, MLS_MAIL_TO (with commas); MLS_MAIL_URL for another address of its API. */
function mailProvider(): Channel['tell'] | undefined {
  const name = env('MLS_MAIL_PROVIDER')
  if (!name) return undefined
  const [key, from, to] = [env('MLS_MAIL_KEY'), env('MLS_MAIL_FROM'), env('MLS_MAIL_TO')]
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
  if (!provider || !key || !from || !to) {
    log('error', 'mail_not_configured', {
      message: `Set MLS_MAIL_PROVIDER to one of ${
        Object.keys(providers).join(', ')
      }, and MLS_MAIL_KEY, MLS_MAIL_FROM, MLS_MAIL_TO.`,
    })
    return undefined
  }
  const receivers = to.split(',').map((one) => one.trim()).filter((one) => one !== '')
  return (announcement) =>
    post(
      env('MLS_MAIL_URL') ?? provider.url,
      provider.headers(key),
      provider.body({ from, to: receivers, subject: subjectOf(announcement), text: textOf(announcement) }),
    )
}

async function post(url: string, headers: Record<string, string>, body: unknown): Promise<boolean> {
  try {
    const { status } = await sendForStatus({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      timeoutMs: envInteger('MLS_ALERT_TIMEOUT_MS', 5_000, { min: 50, max: 20_000 }),
      maxBytes: 100_000,
    })
    if (status < 200 || status >= 300) log('error', 'alert_not_announced', { status })
    return status >= 200 && status < 300
  } catch (error) {
    const { code, message } = toDeliveryFailure(error)
    log('error', 'alert_not_announced', { code, message })
    return false
  }
}
