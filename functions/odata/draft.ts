/** Drafts, for clients that may edit them: by their key they read what is stored, where the world reads something older. */
import { servicePool } from '../_shared/db/pool.ts'
import { mediaPlaces } from '../_shared/edit/places.ts'
import { storedRecord } from '../_shared/edit/stored-record.ts'
import { draftOf, type EditedResource, type EditState } from '../_shared/edit/transaction.ts'
import { placesOfProperty } from '../_shared/edit/write-property.ts'
import { HubError } from '../_shared/http/errors.ts'
import { addressOf } from '../_shared/odata/model/address.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import { statedValue } from '../_shared/odata/plan/collection-query.ts'
import { type Plan, planCollection } from '../_shared/odata/plan/plan.ts'
import type { Call } from './call.ts'
import { contextUrl } from './context-url.ts'
import { expandedDraft } from './draft-expand.ts'
import { isKnown, jsonResponse } from './json.ts'
import { notationFor, type Representation } from './negotiate.ts'
import { storedMembers, tagOf } from './stored-members.ts'
import type { EntityTarget } from './target.ts'

/** The draft to which a path leads, for a client that may edit it and see it. */
export async function draftFor(
  { client }: Call,
  { type, link }: EntityTarget,
): Promise<EditState | undefined> {
  const key = link.within ? undefined : statedValue(link)
  if (key === undefined || link.field !== type.key || !client.edits.includes(type.name)) return undefined
  return await draftOf(client.client_id, type.name as EditedResource, key)
}

/** The draft, and what hangs on it. */
export async function answerDraft(
  call: Call,
  type: EntityType,
  state: EditState,
  representation: Representation,
): Promise<Response> {
  const { request, options, model } = call
  if (options.compute) {
    throw new HubError('not_implemented', 'A draft is read without $compute, as it is stored.', {
      target: '$compute',
    })
  }
  const { chosen, expansions } = planCollection(
    model,
    type,
    options,
    notationFor(representation, call.client),
  )
  const tag = tagOf(state, type)
  // what is expanded changes without the draft
  const isOwn = expansions.length === 0
  const headers: Record<string, string> = isOwn ? { ETag: tag } : {}
  if (isOwn && isKnown(request.headers.get('If-None-Match'), tag)) {
    return new Response(null, { status: 304, headers })
  }
  return jsonResponse(
    await storedText(call, type, state, representation, { chosen, expansions }),
    representation,
    headers,
  )
}

/** Annotations of the record: its address, and where it is edited. */
export function annotationsOf(call: Call, type: EntityType, key: string): string {
  const address = JSON.stringify(`${call.root}/${addressOf(type, key)}`)
  const context = contextUrl(call, type, planCollection(call.model, type, {}))
  return `"@odata.context":${
    JSON.stringify(`${context}/$entity`)
  },"@odata.id":${address},"@odata.editLink":${address}`
}

/** A record as it is stored, with its annotations. */
export async function storedText(
  call: Call,
  type: EntityType,
  state: EditState,
  representation: Representation,
  { chosen, expansions }: Pick<Plan, 'chosen' | 'expansions'> = { chosen: [], expansions: [] },
): Promise<string> {
  const { level, numbersAsText } = representation
  const places = type.name === 'Property' ? await placesOfProperty(servicePool()) : mediaPlaces
  const record = storedRecord(type, state, places)
  const members = storedMembers(type, record, numbersAsText, chosen)
  const tag = `"@odata.etag":${JSON.stringify(tagOf(state, type))}`
  const annotations = level === 'none' ? [] : [annotationsOf(call, type, state.key), tag]
  const expanded = await Promise.all(
    expansions.map((expansion) => expandedDraft(call, state, record, expansion, representation)),
  )
  return `{${[...annotations, ...members, ...expanded].join(',')}}`
}
