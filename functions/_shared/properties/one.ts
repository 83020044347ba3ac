import { HubError } from '../http/errors.ts'
import type { PoolClient } from '../db/pool.ts'
import type { PropertyCaller } from './caller.ts'
import { parsed } from './list.ts'
import { tableFor } from './tables.ts'
import { asCaller } from './transaction.ts'

/** A property by its uuid or listing key. @throws HubError `not_found` */
export function readProperty(caller: PropertyCaller, id: string): Promise<Json> {
  return asCaller(caller, (client) => find(client, caller, id))
}

type Json = Record<string, unknown>

async function find(client: PoolClient, caller: PropertyCaller, id: string): Promise<Json> {
  const { from, readable, row, identity } = tableFor(caller)
  const { rows } = await client.query(
    `select ${row} as property from ${from} where ${readable} and ${identity}`,
    [id],
  )
  if (rows.length === 0) {
    throw new HubError('not_found', `There is no property ${id.slice(0, 60)} that you may see.`)
  }
  return parsed(rows[0].property) as Json
}

/** Its pictures, films and plans in their order. */
export function readPropertyMedia(caller: PropertyCaller, id: string): Promise<unknown[]> {
  return asCaller(caller, async (client) => {
    const property = await find(client, caller, id)
    const { rows } = caller.kind === 'client'
      ? await client.query(
        `select jsonb_build_object('id', m.record_id, 'media_key', m."MediaKey", 'media_url', m."MediaURL", 'media_category', m."MediaCategory",
           'display_order', m."Order", 'mime_type', m."MediaType", 'title', m."ShortDescription", 'description', m."LongDescription") as media
         from public.served_media m where m."ResourceRecordKey" = $1 and not m.is_deleted order by m."Order", m.seq`,
        [property.origin_key],
      )
      : await client.query(
        'select to_jsonb(m) as media from public.mls_listing_media m where m.listing_id = $1 order by m.display_order, m.seq',
        [property.id],
      )
    return rows.map(({ media }) => parsed(media))
  })
}

/** What happened to it, the newest first, as far as the caller may know. */
export function readPropertyTimeline(caller: PropertyCaller, id: string): Promise<unknown[]> {
  return asCaller(caller, async (client) => {
    const property = await find(client, caller, id)
    const [history, argument] = {
      client: ['mls.client_timeline($1)', property.origin_key],
      user: ['public.listing_timeline($1)', property.id],
      operator: ['mls.timeline($1, $$market$$)', property.id],
    }[caller.kind] as [string, unknown]
    const { rows } = await client.query(`select to_jsonb(t) as entry from ${history} t`, [argument])
    return rows.map(({ entry }) => parsed(entry))
  })
}
