/** `POST /Property`, `PATCH /Property('key')` and the same of Media: RESO Web API Add/Edit (RCP-10). */
import { z } from 'zod'
import { detailed } from '../_shared/edit/faults.ts'
import { createProperty, type RecordEdit, updateProperty } from '../_shared/edit/write-property.ts'
import { createMedia, updateMedia } from '../_shared/edit/write-media.ts'
import type { EditState } from '../_shared/edit/transaction.ts'
import { decodeUtf8, readBytes, requireMediaType } from '../_shared/http/body.ts'
import { HubError } from '../_shared/http/errors.ts'
import { sha256Hex } from '../_shared/http/sha256.ts'
import { checkedInput } from '../_shared/http/zod-input.ts'
import { addressOf } from '../_shared/odata/model/address.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import { statedValue } from '../_shared/odata/plan/collection-query.ts'
import { planCollection } from '../_shared/odata/plan/plan.ts'
import { parseQueryOptions } from '../_shared/odata/syntax/parser.ts'
import type { Call } from './call.ts'
import { annotationsOf, storedText } from './draft.ts'
import { forCollections } from './entity.ts'
import { entityStyle, entityText, etag, isKnown, jsonResponse } from './json.ts'
import { negotiateFormat, notationFor, type Representation } from './negotiate.ts'
import { readPage } from './read-page.ts'
import { tagOf } from './stored-members.ts'
import type { Target } from './target.ts'

const maxBytes = 1_000_000
const body = z.record(z.string().max(200), z.unknown())

/**
 * Answers a request that writes, for a client that was granted it. The answer holds the record as it is then: what is
 * served, or of a draft what is stored.
 *
 * @throws HubError forbidden, method_not_allowed, not_found, precondition_failed, conflict, invalid_record with `details`
 */
export async function answerEdit(call: Call, target: Target): Promise<Response> {
  const { request, options, client } = call
  const { name } = target.type
  if (name !== 'Property' && name !== 'Media') throw readOnly(name)
  if (!client.edits.includes(name)) {
    throw new HubError(
      'forbidden',
      `This client may read ${name} and not change it. Whoever administers it can grant that.`,
    )
  }
  const work = workOf(request.method, target)
  refuseOptions(call)
  const representation = negotiateFormat(request.headers, options.format, ['json'])
  const bytes = await readBytes(request, maxBytes)
  requireMediaType(request, ['application/json'])
  const edit: RecordEdit = {
    clientId: client.client_id,
    type: target.type,
    profile: client.profile,
    body: checkedInput(body, parsed(decodeUtf8(bytes))),
    numbersAsText: /ieee754compatible\s*=\s*true/i.test(request.headers.get('Content-Type') ?? ''),
    receipt: await receiptOf(call, bytes),
    admit: (state) => requireMatch(request, state, target.type),
  }
  const state = await work(edit).catch((error) => {
    throw error instanceof HubError && error.status !== 404 && error.status !== 412
      ? detailed(error, name)
      : error
  })
  const holdsMedia = name === 'Property' && Array.isArray(edit.body.Media)
  return await answered(call, target.type, state, representation, holdsMedia ? '$expand=Media' : '')
}

function readOnly(name: string): HubError {
  return new HubError('method_not_allowed', `${name} is read only.`, {
    headers: { Allow: 'GET, HEAD, OPTIONS' },
  })
}

function workOf(method: string, target: Target): (edit: RecordEdit) => Promise<EditState> {
  const { name } = target.type
  if (method === 'POST' && target.kind === 'collection' && !target.isReference) {
    if (!target.link) return name === 'Property' ? createProperty : createMedia
    const origin = target.link.value
    const listing = typeof origin === 'object' && 'link' in origin && origin.type.name === 'Property'
      ? statedValue(origin.link)
      : undefined
    if (name === 'Media' && listing !== undefined) return (edit) => createMedia(edit, listing)
  }
  if (method === 'PATCH' && target.kind === 'entity' && !target.isReference && !target.link.within) {
    const key = statedValue(target.link)
    if (key !== undefined) {
      return (edit) => name === 'Property' ? updateProperty(edit, key) : updateMedia(edit, key)
    }
  }
  throw new HubError(
    'method_not_allowed',
    `Records are made by POST to ${name}, and changed by PATCH of the record by its key.`,
    { headers: { Allow: 'GET, HEAD, OPTIONS' } },
  )
}

/** Options of queries; what is written is answered whole. */
const ofQueries = [...forCollections, 'select', 'expand'] as const

function refuseOptions({ options }: Call): void {
  const name = ofQueries.find((option) => options[option] !== undefined)
  if (name) {
    throw new HubError('invalid_query', `$${name} does not go with a request that writes.`, {
      target: `$${name}`,
    })
  }
}

function parsed(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new HubError('invalid_body', 'The body is not JSON.')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new HubError('invalid_parameter', 'The body is one record: a JSON object with its fields.')
}

/** A key stands for the whole request: its method, its path and its body. */
async function receiptOf({ request, path }: Call, bytes: Uint8Array): Promise<RecordEdit['receipt']> {
  const key = request.headers.get('Idempotency-Key')
  if (key === null) return undefined
  if (!/^[!-~]{1,255}$/.test(key)) {
    throw new HubError(
      'invalid_parameter',
      'Idempotency-Key must have 1 to 255 visible ASCII characters, such as a UUID.',
      { target: 'Idempotency-Key' },
    )
  }
  const text = `${request.method} ${path}\n${new TextDecoder().decode(bytes)}`
  return { key, hash: await sha256Hex(text) }
}

function requireMatch(request: Request, state: EditState, type: EntityType): void {
  const demanded = request.headers.get('If-Match')
  const tag = tagOf(state, type)
  if (demanded === null || isKnown(demanded, tag)) return
  throw new HubError(
    'precondition_failed',
    `The record has changed: its ETag is ${tag} now. Read it again.`,
    {
      target: 'If-Match',
      headers: { ETag: tag },
    },
  )
}

async function answered(
  call: Call,
  type: EntityType,
  state: EditState,
  representation: Representation,
  query: string,
): Promise<Response> {
  const { request } = call
  const address = `${call.root}/${addressOf(type, state.key)}`
  const isNew = request.method === 'POST'
  const wanted = /(?:^|[,;]\s*)return\s*=\s*"?(minimal|representation)"?/i.exec(
    request.headers.get('Prefer') ?? '',
  )
    ?.[1]?.toLowerCase()
  const served = await servedNow(call, type, state, representation)
  const headers: Record<string, string> = {
    ETag: served?.tag ?? tagOf(state, type),
    Location: address,
    EntityId: encodeURIComponent(state.key),
    'OData-EntityId': address,
    ...wanted && { 'Preference-Applied': `return=${wanted}` },
  }
  if (wanted === 'minimal') return new Response(null, { status: 204, headers })
  const plan = planCollection(call.model, type, parseQueryOptions(query))
  const text = served?.text ?? await storedText(call, type, state, representation, plan)
  const response = jsonResponse(text, representation, headers)
  return isNew ? new Response(response.body, { status: 201, headers: response.headers }) : response
}

/** As everybody reads it; undefined where nothing of it is served, or not what is stored. From the primary: it was just written. */
async function servedNow(
  call: Call,
  type: EntityType,
  { is_draft, key }: EditState,
  representation: Representation,
): Promise<{ text: string; tag: string } | undefined> {
  if (is_draft) return undefined
  const notation = { ...notationFor(representation, call.client), isFull: false }
  const plan = {
    ...planCollection(call.model, type, {}, notation),
    link: { field: type.key, value: key },
    limit: 1,
  }
  const { horizon: _, ...reader } = call.reader
  const hasAnnotations = representation.level !== 'none'
  const [entity] = (await readPage(plan, { ...call, reader }, hasAnnotations)).entities
  if (!entity) return undefined
  const first = hasAnnotations ? annotationsOf(call, type, key) : ''
  return {
    text: entityText(entity, entityStyle(type, plan.selection, hasAnnotations, notation), first),
    tag: etag(entity.stamp, type),
  }
}
