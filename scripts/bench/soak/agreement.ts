/** What must agree when everybody has gone home and the queues are empty. Each check answers what does not. */
import { integrityReport } from '../../../functions/_shared/integrity/report.ts'
import type { Notebook } from './notebook.ts'
import type { Subscriber } from './receiver.ts'
import type { Replica } from './replica.ts'
import type { SoakStack } from './stack.ts'
import { ask, pause, type Tally } from './tally.ts'

interface Left {
  stack: SoakStack
  tally: Tally
  notebook: Notebook
  replica: Replica
  subscriber: Subscriber
}

type Check = (left: Left) => Promise<string[]>

const drainMs = 600_000

/**
 * Waits until nothing is left to be done: what is due, and what a failure has put off. What still waits after ten minutes.
 * Of tens of thousands of webhooks some fail four times in a row, and would be put off for longer: they are asked for now.
 */
const drained: Check = async ({ stack: { pool } }) => {
  const until = performance.now() + drainMs
  for (;;) {
    await pool.query(
      `update public.mls_webhook_messages set next_attempt_at = now() where next_attempt_at > now() + interval '1 minute'`,
    )
    const { rows } = await pool.query<{ what: string; amount: number; example: string }>(`
      select what, count(*)::int as amount, (array_agg(example))[1] as example from (
        select 'deliveries and renderings', row_to_json(x)::text
        from public.mls_listing_syndications x where x.next_attempt_at is not null
        union all
        select 'webhooks', row_to_json(m)::text from public.mls_webhook_messages m where m.next_attempt_at is not null
        union all
        select 'pictures', row_to_json(j)::text from public.mls_media_jobs j
        union all
        select 'runs of sources', row_to_json(r)::text from public.mls_source_runs r where r.finished_at is null
        union all
        select 'parked deliveries', row_to_json(x)::text
        from public.mls_listing_syndications x where x.status = 'FAILED'
      ) waiting (what, example) group by what order by what`)
    if (rows.length === 0) return []
    if (performance.now() > until) {
      return rows.map(({ what, amount, example }) => `${amount} ${what}: ${example.slice(0, 500)}`)
    }
    await pause(1_000)
  }
}

/** Who kept a copy by the events has what the Web API shows. */
const replicated: Check = async ({ replica }) => {
  await replica.follow()
  const { rows } = await replica.all()
  if (rows.size === 0) return ['nothing is served']
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
  const { rows: resources } = await pool.query<{ resource: string }>('select resource from mls.resources')
  for (const { resource } of resources) {
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

/**
 * What a portal has to show by its switch, the listing's status and the portal's rules. A listing enters while it is
 * published; what is under offer or sold stays where it was.
 */
async function published(stack: SoakStack, code: string) {
  const { rows } = await stack.pool.query<{ id: string | null; ref: string; text: string }>(
    `select x.external_id as id, l.ref, l.public_remarks as text
     from public.mls_listing_syndications x
     join public.mls_portal_definitions p on p.id = x.portal_id and p.code = $1
     join public.mls_listings l on l.id = x.listing_id and l.originating_office_key = 'SHARPSIR-CY-001'
     where x.status = 'ACTIVE' and (l.status = 'PUBLISHED' or x.published_at is not null)
       and mls.publish_blockers(l, p) = '{}'`,
    [code],
  )
  return rows
}

interface DashListing {
  listingGuid: string
  listingId: string
  statusCode: string
  remarks?: { remark: string }[]
}

/** Dash shows what is to be shown there as it is now, and nothing else. What was paused stays there as it was then. */
const pushed: Check = async ({ stack }) => {
  const rows = await published(stack, 'SIR_GLOBAL')
  const { rows: paused } = await stack.pool.query<{ id: string }>(
    `select x.external_id as id from public.mls_listing_syndications x
     join public.mls_portal_definitions p on p.id = x.portal_id and p.code = 'SIR_GLOBAL'
     join public.mls_listings l on l.id = x.listing_id
     where x.status = 'PAUSED' and mls.publish_blockers(l, p) = '{}'`,
  )
  const response = await fetch(`${stack.dashUrl}/sandbox/listings`)
  const listings = (await response.json() as DashListing[]).filter(({ statusCode }) => statusCode !== 'WD')
  const shown = new Map(listings.map((listing) => [listing.listingGuid, listing]))
  return [
    ...rows.length === 0 ? ['nothing is to be in Dash'] : [],
    ...rows.flatMap(({ id, ref, text }) => {
      const listing = id === null ? undefined : shown.get(id)
      if (listing === undefined) return [`Dash does not show ${ref}`]
      const isCurrent = listing.remarks?.some(({ remark }) => remark === text)
      return isCurrent ? [] : [`Dash shows an older text of ${ref}`]
    }),
    ...listings.filter(({ listingGuid }) => ![...rows, ...paused].some(({ id }) => id === listingGuid))
      .map(({ listingId, statusCode }) =>
        `Dash shows ${listingId} as ${statusCode}, which is not to be there`
      ),
    ...new Set(listings.map(({ listingId }) => listingId)).size < listings.length
      ? ['Dash holds a listing twice']
      : [],
  ]
}

/** The file of the market's feed holds what is to be in it as it is now, and nothing else. */
const fed: Check = async ({ stack, tally }) => {
  const rows = await published(stack, 'MLS_FEED')
  const response = await ask(tally, `${stack.functionsUrl}/export/mls-feed-cy.json`, {
    headers: { Authorization: `Bearer ${await stack.token('portal_cy')}` },
  })
  if (!response.ok) return [`the feed answers ${response.status}: ${response.text.slice(0, 200)}`]
  const objects: { ListingId: string; PublicRemarks: string }[] = response.json().value
  const held = new Map(objects.map((object) => [object.ListingId, object]))
  return [
    ...rows.length === 0 ? ['nothing is to be in the feed'] : [],
    ...rows.flatMap(({ ref, text }) => {
      const object = held.get(ref)
      if (object === undefined) return [`the feed lacks ${ref}`]
      return object.PublicRemarks === text ? [] : [`the feed holds an older text of ${ref}`]
    }),
    ...objects.filter(({ ListingId }) => !rows.some(({ ref }) => ref === ListingId))
      .map(({ ListingId }) => `the feed holds ${ListingId}, which is not to be in it`),
    ...held.size < objects.length ? ['the feed holds a listing twice'] : [],
  ]
}

/** Every listing of the notebook has the price that was sent last. */
const priced: Check = async ({ stack: { pool }, notebook }) => {
  const { rows } = await pool.query<{ key: string; price: string; gone: boolean }>(
    `select origin_key as key, list_price as price, origin_deleted as gone from public.mls_listings
     where origin_key like 'QOBRIX\\_SOAK\\_%'`,
  )
  const held = new Map(rows.map((row) => [row.key, row]))
  return notebook.records.flatMap(({ ListingKey, ListPrice }) => {
    const row = held.get(String(ListingKey))
    if (!row) return [`${ListingKey} is not there`]
    if (row.gone) return [`${ListingKey} counts as deleted`]
    return Number(row.price) === Number(ListPrice)
      ? []
      : [`${ListingKey} costs ${row.price}, gold says ${ListPrice}`]
  })
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
  'the hub holds the prices that were sent last': priced,
  'the hub holds what gold sent': whole,
  'what is served equals its views': served,
}
