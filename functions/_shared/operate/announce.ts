import { env } from '../http/env.ts'
import { mailer } from '../mail/mail.ts'
import { postJson } from '../mail/post-json.ts'

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

/** Where alerts go, as the environment says: MLS_ALERT_WEBHOOK_URL, and mail (mail.ts). */
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
    channels.push({ name: 'webhook', tell: (announcement) => postJson(url, {}, body(announcement)) })
  }
  const mail = mailer()
  if (mail) {
    channels.push({
      name: 'mail',
      tell: (announcement) => mail({ subject: subjectOf(announcement), text: textOf(announcement) }),
    })
  }
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
