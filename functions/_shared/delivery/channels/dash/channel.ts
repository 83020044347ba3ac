import { DeliveryFailure } from '../../failure.ts'
import type { Job, Result } from '../../job.ts'
import { canonicalJson, containsJson, type Json, type JsonObject } from '../../json.ts'
import { toldOf } from '../../told.ts'
import { sha256Hex } from '../../../http/sha256.ts'
import type { Channel, Facts } from '../channel.ts'
import type { DashAdapter, DashListing, Family } from './adapter.ts'
import { familyOf } from './family.ts'
import { dashMedia, learnedIds } from './media.ts'
import { mediaIdsOf, stateOf } from './media-ids.ts'
import { openAdapter } from './open-adapter.ts'
import { dashGuid, dashPayload } from './payload.ts'
import { pushedValues } from './pushed-values.ts'

/**
 * Dash, the API of the brand's network. An attempt in doubt first asks what Dash holds, so that an answer that was lost
 * is found instead of sent again. So does one to which Dash says that there is no such listing: what is gone there is
 * created anew, or needs no withdrawal; what is there after all means that the address of the call is wrong.
 */
export const dash: Channel = {
  async carryOut(given, facts, pool) {
    const { adapter, job } = openAdapter(given, pool, facts)
    try {
      return await deliverToDash(job, adapter, facts)
    } catch (error) {
      // What we believe to be there may be gone: ask once. An attempt in doubt has asked already.
      if (job.in_doubt || dashGuid(job) === null || !isUnknown(error)) throw error
      return await deliverToDash({ ...job, in_doubt: true }, adapter, facts)
    }
  },
}

async function deliverToDash(job: Job, adapter: DashAdapter, facts: Facts): Promise<Result['outcome']> {
  const family = familyOf(job.listing.columns)
  const reference = job.listing.listing_key
  const there = job.in_doubt ? await ask(job, adapter) : undefined
  if (there) learn(facts, there)
  const id = there?.id ?? dashGuid(job)

  if (job.action === 'withdraw') {
    if (id && there !== null && there?.record.statusCode !== 'WD') await adapter.withdraw(family, id)
    facts.pushed_values = { StandardStatus: 'Withdrawn' }
    return 'withdrawn'
  }

  const payload = dashPayload(job)
  const payloadHash = await sha256Hex(canonicalJson(payload))
  const media = dashMedia(job.listing.media, mediaIdsOf(job, id))
  // under which ids Dash knows them is learned from it and no news to it
  const mediaHash = await sha256Hex(canonicalJson(dashMedia(job.listing.media)))
  // In doubt, what we remember counts for nothing: the lost attempt may have sent something else.
  const payloadKnown = there
    ? containsJson(there.record, payload)
    : !job.in_doubt && job.payload_hash === payloadHash
  const mediaKnown = there ? sameMedia(there, media) : !job.in_doubt && job.media_hash === mediaHash

  let listingId = id
  if (!payloadKnown) {
    if (listingId && there !== null) {
      await adapter.update(family, listingId, payload)
    } else {
      // What is gone was created under the key of its own, which may still answer with it.
      const idempotencyKey = listingId ? `${job.syndication_id}.${listingId}` : job.syndication_id
      const created = await adapter.create(family, payload, { reference, idempotencyKey })
      learn(facts, created)
      listingId = created.id
      // An attempt still on its way when we asked may have come first: then its listing is answered, with its state.
      if (!echoes(created, payload)) await adapter.update(family, listingId, payload)
    }
  }
  facts.external_id = listingId!
  facts.payload_hash = payloadHash
  facts.pushed_values = pushedValues(payload, job)
  facts.told = { ...await toldOf(payload), media: media.length }
  if (!mediaKnown) {
    // created anew, it has none of the ids of before
    const sent = listingId === id ? media : dashMedia(job.listing.media)
    const answer = await adapter.syncMedia(family, listingId!, sent)
    facts.media_hash = mediaHash
    const held = answer ?? await mediaThere(adapter, family, listingId!, sent)
    facts.state = stateOf(learnedIds(job.listing.media, sent, held))
  }
  facts.media_hash = mediaHash
  return payloadKnown && mediaKnown && !there ? 'unchanged' : 'sent'
}

/** By the id that we know, then by our reference: it may have come back under another id. */
async function ask(job: Job, adapter: DashAdapter): Promise<DashListing | null> {
  const family = familyOf(job.listing.columns)
  const reference = job.listing.listing_key
  const id = dashGuid(job)
  const known = id === null ? null : await adapter.find(family, { id, reference })
  return known ?? await adapter.find(family, { id: null, reference })
}

/** Asked only where ids are to be learned. What was sent is sent, whether this succeeds or not: the next time asks again. */
async function mediaThere(
  adapter: DashAdapter,
  family: Family,
  id: string,
  sent: readonly JsonObject[],
): Promise<Json[]> {
  const known = sent.filter(({ mediaGuid }) => mediaGuid !== undefined)
  if (known.length === sent.length) return known
  try {
    const there = await adapter.find(family, { id, reference: '' })
    return Array.isArray(there?.record.media) ? there.record.media : known
  } catch (error) {
    if (error instanceof DeliveryFailure) return known
    throw error
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof DeliveryFailure && (error.status === 404 || error.status === 410)
}

function learn(facts: Facts, there: DashListing): void {
  facts.external_id = there.id
  facts.external_url = there.url
}

/** Whether an answer that shows the record shows ours. One that shows none tells nothing. */
function echoes({ record }: DashListing, payload: JsonObject): boolean {
  return record.externalReference === undefined || containsJson(record, payload)
}

function sameMedia(there: DashListing, media: Json[]): boolean {
  return containsJson(there.record.media ?? [], media)
}
