import { accepted } from '../../accepted.ts'
import type { Call, Job } from '../../job.ts'
import { pageUrl } from '../../page-url.ts'
import { publicFace } from '../../public-face.ts'
import { toldOf } from '../../told.ts'
import { sha256Hex } from '../../../http/sha256.ts'
import { sendSigned } from '../../webhooks/send-signed.ts'
import type { Channel } from '../channel.ts'
import { type Event, eventOf, lookAt } from './event.ts'
import { webhookSettings } from './settings.ts'

/**
 * Tells an application of ours (marketing, social media) of a listing: one signed message with its public face, when
 * somebody asks for it or a rule of the portal says so. What the application was told of is taken back in any case.
 */
export const webhook: Channel = {
  parts: ['served'],
  async carryOut(job, facts) {
    const event = eventOf(job)
    if (event) {
      const message = messageOf(job, event)
      const body = JSON.stringify(message)
      const call: Call = { operation: event.type, status: null }
      facts.calls = [call]
      await post(job, body, call)
      if (job.action === 'upsert') {
        facts.payload_hash = await sha256Hex(body)
        facts.told = await toldOf(message.data.listing ?? {})
      }
    }
    // only now: an attempt that failed is judged anew, against what the application was told before
    facts.state = job.action === 'withdraw' ? null : lookAt(job)
    if (job.action === 'withdraw') return 'withdrawn'
    return event ? 'sent' : 'unchanged'
  },
}

function messageOf(job: Job, { type, price, before }: Event) {
  return {
    type,
    timestamp: new Date(job.changed_at).toISOString(),
    data: {
      listing_key: job.listing.listing_key,
      listing_id: job.listing_id,
      market: job.portal.market,
      portal: job.portal.code,
      url: pageUrl(job) ?? null,
      price,
      ...before ? { price_before: before } : {},
      listing: job.action === 'withdraw' ? undefined : publicFace(job),
    },
  }
}

/** The id is that of the version: a repetition bears it too, so that the application can drop what it has seen. */
async function post(job: Job, body: string, call: Call): Promise<void> {
  const { url, secret } = webhookSettings(job)
  const id = `msg_${job.syndication_id}_${job.version}`
  const answer = await sendSigned({ id, body, url, secrets: [secret] })
  call.status = answer.status
  accepted(answer, `The application of ${job.portal.code}`)
}
