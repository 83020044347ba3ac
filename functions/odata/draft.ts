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
import { planCollection } from '../_shared/odata/plan/plan.ts'
import type { Call } from './call.ts'
import { contextUrl } from './context-url.ts'
import { etag, isKnown, jsonResponse } from './json.ts'
import type { Representation } from './negotiate.ts'
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

/** What hangs on a draft is no more served than the draft itself. */
export async function answerDraft(
  call: Call,
  type: EntityType,
  state: EditState,
  representation: Representation,
): Promise<Response> {
  const { request, options, model } = call
  if (options.expand) {
    throw new HubError(
      'not_implemented',
      'A draft is read without $expand: what hangs on it is not served yet.',
      {
        target: '$expand',
      },
    )
  }
  const { chosen } = planCollection(model, type, options)
  const tag = tagOf(state, type)
  const headers = { ETag: tag }
  if (isKnown(request.headers.get('If-None-Match'), tag)) return new Response(null, { status: 304, headers })
  const text = await storedText(call, type, state, representation, chosen.length > 0 ? chosen : undefined)
  return jsonResponse(text, representation, headers)
}

/** Of what is served the tag that everybody reads; what is only stored has one of its own. */
export function tagOf({ is_draft, stamp, tag }: EditState, type: EntityType): string {
  return etag(is_draft || stamp === null ? tag : stamp, type)
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
  { level, numbersAsText }: Representation,
  chosen?: readonly string[],
): Promise<string> {
  const places = type.name === 'Property' ? await placesOfProperty(servicePool()) : mediaPlaces
  const record = storedRecord(type, state, places)
  const members = Object.entries(record)
    .filter(([name]) => chosen === undefined || chosen.includes(name))
    .map(([name, value]) => {
      const isLong = ['Edm.Int64', 'Edm.Decimal'].includes(type.properties.get(name)!.edm.name)
      return `"${name}":${JSON.stringify(numbersAsText && isLong && value !== null ? String(value) : value)}`
    })
  const tag = `"@odata.etag":${JSON.stringify(tagOf(state, type))}`
  const annotations = level === 'none' ? [] : [annotationsOf(call, type, state.key), tag]
  return `{${[...annotations, ...members].join(',')}}`
}
