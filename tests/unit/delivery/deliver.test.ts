import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import type { Channel } from '../../../functions/_shared/delivery/channels/channel.ts'
import { deliver } from '../../../functions/_shared/delivery/deliver.ts'
import { DeliveryFailure } from '../../../functions/_shared/delivery/failure.ts'
import type { Job } from '../../../functions/_shared/delivery/job.ts'
import { jobOf } from '../../support/delivery-job.ts'

/** The seam between the queue and a channel, with channels made for it. */
const pool = {} as Pool
const job = (changes: Partial<Job> = {}) => ({ ...jobOf({}, { config: { channel: 'trial' } }), ...changes })
const by = (carryOut: Channel['carryOut'], changes: Partial<Job> = {}) =>
  deliver(job(changes), pool, { trial: { carryOut } })

test('a channel answers the outcome, and what it learned', async () => {
  const result = await by((_, facts) => {
    facts.external_id = 'there'
    facts.state = { seen: 1 }
    return Promise.resolve('sent')
  })
  expect(result).toEqual({ outcome: 'sent', external_id: 'there', state: { seen: 1 } })
})

test('what was done before a failure is reported with it', async () => {
  const result = await by((_, facts) => {
    facts.external_id = 'there'
    throw new DeliveryFailure('rate_limited', 'Slow down.', {
      retry: true,
      inDoubt: true,
      retryAfterSeconds: 9,
    })
  })
  expect(result).toEqual({
    outcome: 'retry',
    external_id: 'there',
    in_doubt: true,
    error_code: 'rate_limited',
    error: 'Slow down.',
    retry_after_seconds: 9,
  })
})

test('a refusal is final, and ends the doubt; a fault of ours is tried again, and keeps it', async () => {
  const refused = await by(() => {
    throw new DeliveryFailure('refused', 'No.', { retry: false })
  }, { in_doubt: true })
  expect(refused).toMatchObject({ outcome: 'refused', in_doubt: false })
  const fault = await by(() => {
    throw new TypeError('x is undefined')
  }, { in_doubt: true })
  expect(fault).toMatchObject({ outcome: 'retry', in_doubt: true, error_code: 'render_failed' })
})

test('where nothing is to be done no channel is asked', async () => {
  const asked = () => {
    throw new Error('asked')
  }
  expect(await by(asked, { action: 'none' })).toEqual({ outcome: 'none' })
})

test.each([undefined, 'unknown', 'toString', '__proto__', 7, null])(
  'the channel %s is none',
  async (channel) => {
    const given = jobOf({}, { config: channel === undefined ? {} : { channel } })
    const result = await deliver(given, pool, {
      trial: { carryOut: () => Promise.resolve('sent') },
    })
    expect(result).toMatchObject({ outcome: 'retry', error_code: 'not_configured', in_doubt: false })
    expect(result.error).toContain('set "channel" in its config to one of trial.')
  },
)
