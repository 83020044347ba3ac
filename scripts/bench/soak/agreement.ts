/** What must agree when everybody has gone home and the queues are empty. Each check answers what does not. */
import { integrityReport } from '../../../functions/_shared/integrity/report.ts'
import { tokenOf } from './actors.ts'
import { figuresOf } from './figures.ts'
import type { Subscriber } from './receiver.ts'
import type { Replica } from './replica.ts'
import type { SoakStack } from './stack.ts'
import { ask, pause, type Tally } from './tally.ts'

interface Left {
  stack: SoakStack
  tally: Tally
  replica: Replica
  subscriber: Subscriber
}

type Check = (left: Left) => Promise<string[]>

const drainMs = 240_000

/** Waits until nothing is due any more; what still is after four minutes. */
const drained: Check = async ({ stack, tally }) => {
  const until = performance.now() + drainMs
  for (;;) {
    const { deliveries, webhooks, media, parked } = await figuresOf(stack, tally, 0)
    if (deliveries + webhooks + media === 0) return parked > 0 ? [`${parked} deliveries are parked`] : []
    if (performance.now() > until) {
      return [`still due: ${deliveries} deliveries and renderings, ${webhooks} webhooks, ${media} pictures`]
    }
    await pause(1_000)
  }
}

/** Who kept a copy by the events has what the Web API shows. */
const replicated: Check = async ({ replica }) => {
  await replica.follow()
  const { rows } = await replica.all()
  const keys = new Set([...rows.keys(), ...replica.rows.keys()])
  return [...keys].flatMap((key) => {
    const [shown, kept] = [rows.get(key), replica.rows.get(key)]
    if (shown === kept) return []
    return [
      `${key} is ${
        kept === undefined
          ? 'missing in the copy'
          : shown === undefined
          ? 'left over in the copy'
          : 'another in the copy'
      }`,
    ]
  })
}

/** What is served is what the views say, to the byte. */
const served: Check = async ({ stack: { pool } }) => {
  const found: string[] = []
  for (const resource of ['property', 'media', 'member', 'office']) {
    const { rows: [row] } = await pool.query(`select mls.rebuild_served($1) as differing`, [resource])
    if (Number(row.differing) > 0) {
      found.push(`${row.differing} of ${resource} were served otherwise than their view says`)
    }
  }
  return found
}

/** Every change that a subscriber was to hear of arrived at least once. */
const heard: Check = async ({ stack: { pool }, subscriber }) => {
  const { rows } = await pool.query<{ id: string; status: string }>(
    'select id::text, status from public.mls_webhook_messages',
  )
  const open = rows.filter(({ status }) => status !== 'DELIVERED').length
  const lost = rows.filter(({ id, status }) => status === 'DELIVERED' && !subscriber.ids.has(id)).length
  const { rows: events } = await pool.query<{ key: string }>(
    `select distinct e.record_key as key from public.mls_entity_events e, public.mls_webhook_subscriptions s
     where e.resource = 'Property' and e.office_key = 'SHARPSIR-CY-001' and e.sequence > extract(epoch from s.created_at) * 1000000`,
  )
  const unheard = events.filter(({ key }) => !subscriber.keys.has(key))
  return [
    ...rows.length === 0 ? ['no webhook was sent'] : [],
    ...open > 0 ? [`${open} webhooks are not delivered`] : [],
    ...lost > 0 ? [`${lost} webhooks count as delivered and did not arrive`] : [],
    ...unheard.length > 0
      ? [`of ${unheard.length} changed listings the subscriber never heard: ${unheard[0]!.key}`]
      : [],
  ]
}

/** Dash shows what is to be shown there, and nothing else. */
const pushed: Check = async ({ stack: { pool, dashUrl } }) => {
  const { rows } = await pool.query<{ id: string | null; wanted: boolean }>(
    `select x.external_id as id, x.status = 'ACTIVE' and l.status = 'PUBLISHED' as wanted
     from public.mls_listing_syndications x
     join public.mls_portal_definitions p on p.id = x.portal_id and p.code = 'DASH'
     join public.mls_listings l on l.id = x.listing_id`,
  )
  const response = await fetch(`${dashUrl}/sandbox/listings`)
  const listings = await response.json() as { listingGuid: string; statusCode: string }[]
  const shown = new Set(
    listings.filter(({ statusCode }) => statusCode !== 'WD').map(({ listingGuid }) => listingGuid),
  )
  const wanted = new Set(rows.flatMap(({ id, wanted }) => wanted && id !== null ? [id] : []))
  return [
    ...wanted.size === 0 ? ['nothing is in Dash'] : [],
    ...[...wanted].filter((id) => !shown.has(id)).map((id) => `Dash does not show ${id}`),
    ...[...shown].filter((id) => !wanted.has(id)).map((id) => `Dash shows ${id}, which is not published`),
  ]
}

/** The file of the market's feed holds what its renderings hold. */
const fed: Check = async ({ stack, tally }) => {
  const response = await ask(tally, `${stack.functionsUrl}/export/mls-feed-cy.json`, {
    headers: { Authorization: `Bearer ${await tokenOf(stack, 'portal_cy')}` },
  })
  const text = await response.text()
  if (!response.ok) return [`the feed answers ${response.status}: ${text.slice(0, 200)}`]
  const { rows } = await stack.pool.query<{ ref: string }>(
    `select l.ref from public.mls_listing_syndications x
     join public.mls_portal_definitions p on p.id = x.portal_id and p.code = 'MLS_FEED'
     join public.mls_listings l on l.id = x.listing_id
     where x.status = 'ACTIVE' and l.status = 'PUBLISHED' and l.originating_office_key = 'SHARPSIR-CY-001'`,
  )
  const absent = rows.filter(({ ref }) => !text.includes(ref))
  return absent.length === 0
    ? []
    : [`${absent.length} of ${rows.length} published listings are not in the feed: ${absent[0]!.ref}`]
}

/** The hub against gold, and against itself. */
const whole: Check = async ({ stack: { pool } }) => {
  const { findings } = await integrityReport(pool)
  return findings.filter(({ severity }) => severity === 'error').map(({ check, message }) =>
    `${check}: ${message}`
  )
}

export const checks: Record<string, Check> = {
  'the queues are empty': drained,
  'a copy kept by EntityEvent equals OData': replicated,
  'webhooks arrived': heard,
  'Dash shows what is published': pushed,
  'the feed holds what is published': fed,
  'the hub holds what gold sent': whole,
  'what is served equals its views': served,
}
