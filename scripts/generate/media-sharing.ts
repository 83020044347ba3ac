import { media } from '../../functions/_shared/reso/resources/media.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { fromJson, type GeneratedObject, identifier, list } from './sql.ts'

/** Columns that no field of gold fills and that a file has wherever it is shown. */
const ofTheFile = [
  'media_id',
  'media_category',
  'media_url',
  'source_stamp',
  'storage_path',
  'html_description',
  'is_landscape',
  'is_distributable',
  'dash_category',
  'format_code',
  'checksum',
  'media_tags_json',
  'resolution_urls',
  'additional_annotations',
  'origin_sync_ts',
  'extensions',
  'copy_status',
  'copy_error',
  'file_sha256',
]

/** What identifies a file at the listing where it is shown. */
const identity = ['origin_media_key', 'resource_record_key', 'originating_office_key']

const copied = media.fields.filter((field) => field.column && !identity.includes(field.column))

/** Whether a broker arranges it: then the row of the sibling keeps its own where it is locked. */
const isArranged = ({ owner = 'source' }: Field) => owner === 'source' || owner === 'enrichment'

/** What the source says of a field that a broker may arrange, where there must be something. */
const ofSource: Record<string, string> = {
  Order: `coalesce((o.payload ->> 'Order')::integer, 0)`,
  X_IsPrimary: `coalesce((o.payload ->> 'X_IsPrimary')::boolean, false)`,
}

function value(field: Field): string {
  const column = `m.${identifier(field.column!)}`
  if (!isArranged(field)) return column
  // a draft of the sale row must not get out by way of its sibling
  const source = field.gold === false
    ? `null::${pgType(field.type)}`
    : ofSource[field.name] ?? fromJson('o.payload', field)
  return `case when d.is_draft then ${source} else ${column} end`
}

const columns: [column: string, value: string, changed: string][] = [
  ...ofTheFile.map((column): [string, string, string] => [column, `m.${column}`, `excluded.${column}`]),
  ...copied.map((field): [string, string, string] => {
    const column = identifier(field.column!)
    const changed = isArranged(field)
      ? `case when t.locked then t.${column} else excluded.${column} end`
      : `excluded.${column}`
    return [column, value(field), changed]
  }),
  ['origin_deleted', 'm.origin_deleted or (d.is_draft and o.media_id is null)', 'excluded.origin_deleted'],
  ['is_hidden', 'm.is_hidden', 'case when t.locked then t.is_hidden else excluded.is_hidden end'],
]

/** mls.share_media(ids): the files of a sale row at its lease row, for which gold delivers none. */
export function mediaSharing(): GeneratedObject {
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.share_media(uuid[])',
    resource: media.ingestName,
    sql: `create or replace function mls.share_media(media_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
begin
  insert into public.mls_listing_media as t (
    tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, shared_from,
${list(columns.map(([column]) => column), 4)})
  select m.tenant_id, l.id, l.origin_key, l.originating_office_key, coalesce(m.origin_media_key, m.media_key) || '~' || l.origin_key,
    m.origin_system, m.id,
${list(columns.map(([, value]) => value), 4)}
  from public.mls_listing_media m
  join public.mls_listings s on s.id = m.listing_id
  join public.mls_listings l on l.id = s.sibling_listing_id and l.origin_key = s.origin_key || '_LEASE'
  left join public.mls_listing_media_origins o on o.media_id = m.id
  cross join lateral (select mls.is_draft(s) as is_draft) d
  where m.id = any (media_ids) and m.shared_from is null
    -- now and then a source sends a file for the lease row too
    and not exists (select from public.mls_listing_media t where t.listing_id = l.id and t.origin_media_key = m.origin_media_key)
  on conflict (shared_from) where shared_from is not null do update set
${list(columns.map(([column, , changed]) => `${column} = ${changed}`), 4)};
end $$;
comment on function mls.share_media(uuid[]) is
  'Shows these media of sale listings at their lease siblings too: gold delivers media for the sale row only. Rows locked at the sibling keep their order, captions and hiding. While a broker works on the sale row, the sibling shows the captions and order of the source, and nothing that the broker added.';`,
  }
}
