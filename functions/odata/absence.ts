/** Whether a path that led to nothing led there from something: asked only then, by one statement more. */
import { type Link, type Origin, statedValue } from '../_shared/odata/plan/collection-query.ts'
import { planCollection } from '../_shared/odata/plan/plan.ts'
import { pageStatements } from '../_shared/odata/sql/collection.ts'
import { readRows } from '../_shared/odata/sql/read.ts'
import type { Call } from './call.ts'
import { type EntityTarget, notFound } from './target.ts'

/**
 * Of an entity that a path names by its key. Over a single-valued navigation there may be none (Protocol 11.2.7), as long
 * as the entity exists from which the way begins.
 *
 * @throws HubError not_found
 */
export async function refuseAbsent(
  { type, link, isRelated }: Pick<EntityTarget, 'type' | 'link' | 'isRelated'>,
  call: Call,
): Promise<void> {
  if (!isRelated) throw notFound(type, link)
  let origin = originOf(link)
  while (origin && originOf(origin.link)) origin = originOf(origin.link)
  await refuseWithout(origin, call)
}

/** Of an empty collection: it belongs to an entity that exists. @throws HubError not_found */
export async function refuseWithoutOwner(link: Link | undefined, call: Call): Promise<void> {
  if (link) await refuseWithout(originOf(link), call)
}

const originOf = (link: Link): Origin | undefined =>
  statedValue(link) === undefined ? link.value as Origin : undefined

async function refuseWithout(origin: Origin | undefined, { model, reader }: Call): Promise<void> {
  if (!origin) return
  const { type, link } = origin
  const query = { ...planCollection(model, type, {}), link, selection: [], follow: [] }
  const rows = await readRows(reader, pageStatements(query, reader, model.profile)[0]!(1))
  if (rows.length === 0) throw notFound(type, link)
}
