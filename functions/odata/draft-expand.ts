/** What hangs on a draft: its files as they are stored, everything else as it is served. */
import { mediaPlaces } from '../_shared/edit/places.ts'
import { storedRecord } from '../_shared/edit/stored-record.ts'
import { type EditState, mediaOfDraft } from '../_shared/edit/transaction.ts'
import { HubError } from '../_shared/http/errors.ts'
import type { Expansion } from '../_shared/odata/plan/plan.ts'
import type { Call } from './call.ts'
import { countText, entityStyle, entityText } from './json.ts'
import type { Representation } from './negotiate.ts'
import { readPage } from './read-page.ts'
import { storedMembers, tagOf } from './stored-members.ts'

const most = 1_000

/** The member of one expansion: `"Media":[...]`. `record` is the draft as it is read. */
export async function expandedDraft(
  call: Call,
  state: EditState,
  record: Readonly<Record<string, unknown>>,
  expansion: Expansion,
  representation: Representation,
): Promise<string> {
  const { navigation, isCount, isReference, plan, top } = expansion
  const { name, isCollection, from, to, type } = navigation
  if (isCount || isReference) throw unsupported(`${name}/$count and ${name}/$ref are not expanded`)
  if (type.name === 'Media') return await storedMedia(state, expansion, representation)
  const value = record[from]
  if (typeof value !== 'string') return `"${name}":${isCollection ? '[]' : 'null'}`
  const limit = isCollection ? Math.min(top ?? most, most) : 1
  const hasAnnotations = representation.level !== 'none'
  const { entities, count } = await readPage(
    { ...plan, link: { field: to, value }, limit },
    call,
    hasAnnotations,
  )
  const style = entityStyle(type, plan.selection, hasAnnotations, plan.notation)
  const texts = entities.map((entity) => entityText(entity, style))
  if (!isCollection) return `"${name}":${texts[0] ?? 'null'}`
  const counted = count === undefined ? '' : `"${name}@odata.count":${countText(count, plan.notation)},`
  return `${counted}"${name}":[${texts.join()}]`
}

/** In their order; an answer that is filtered, ordered or computed is made of what is served, and drafts are not. */
async function storedMedia(
  state: EditState,
  { navigation: { name, type }, plan, top }: Expansion,
  { level, numbersAsText }: Representation,
): Promise<string> {
  const isPlain = !plan.filter && !plan.search && plan.order.length === 0 && plan.computed.length === 0 &&
    plan.expansions.length === 0
  if (!isPlain) throw unsupported(`${name} is expanded with $select, $top, $skip and $count alone`)
  const files = await mediaOfDraft(state)
  const texts = files.slice(plan.skip, top === undefined ? undefined : plan.skip + top).map((file) => {
    const tag = level === 'none' ? [] : [`"@odata.etag":${JSON.stringify(tagOf(file, type))}`]
    const record = storedRecord(type, file, mediaPlaces)
    return `{${[...tag, ...storedMembers(type, record, numbersAsText, plan.chosen)].join()}}`
  })
  const count = plan.withCount ? `"${name}@odata.count":${countText(files.length, plan.notation)},` : ''
  return `${count}"${name}":[${texts.join()}]`
}

const unsupported = (what: string) =>
  new HubError('not_implemented', `A draft is read as it is stored: ${what}.`, { target: '$expand' })
