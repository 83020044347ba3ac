-- A lease row shows the media of its sale row: gold delivers them for the sale row only.

-- ----- mls.share_media(uuid[]) -----
create function mls.share_media(media_ids uuid[]) returns void
language sql volatile set search_path = '' set enable_seqscan = off
as $$
  insert into public.mls_listing_media as t (
    tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, media_id, display_order, is_primary,
    media_category, source_category, media_url, storage_path, mime_type, title, description, html_description, image_width, image_height,
    file_size_bytes, is_landscape, is_distributable, dash_category, format_code, checksum, media_tags_json, resolution_urls,
    additional_annotations, created_ts, origin_etl_ts, origin_etl_batch_id, origin_sync_ts, origin_deleted, is_hidden, extensions, shared_from
  )
  select m.tenant_id, l.id, l.origin_key, l.originating_office_key, coalesce(m.origin_media_key, m.media_key) || '~' || l.origin_key,
    m.origin_system, m.media_id,
    -- a draft of the sale row must not get out by way of its sibling
    case when d.is_draft then coalesce((o.payload ->> 'Order')::integer, 0) else m.display_order end,
    case when d.is_draft then coalesce((o.payload ->> 'X_IsPrimary')::boolean, false) else m.is_primary end,
    m.media_category, m.source_category, m.media_url, m.storage_path, m.mime_type,
    case when d.is_draft then o.payload ->> 'ShortDescription' else m.title end,
    case when d.is_draft then o.payload ->> 'LongDescription' else m.description end, m.html_description, m.image_width, m.image_height, m.file_size_bytes, m.is_landscape, m.is_distributable,
    m.dash_category, m.format_code, m.checksum, m.media_tags_json, m.resolution_urls, m.additional_annotations, m.created_ts, m.origin_etl_ts,
    m.origin_etl_batch_id, m.origin_sync_ts, m.origin_deleted or (d.is_draft and o.media_id is null), m.is_hidden, m.extensions, m.id
  from public.mls_listing_media m
  join public.mls_listings s on s.id = m.listing_id
  join public.mls_listings l on l.id = s.sibling_listing_id and l.origin_key = s.origin_key || '_LEASE'
  left join public.mls_listing_media_origins o on o.media_id = m.id
  cross join lateral (select mls.is_draft(s) as is_draft) d
  where m.id = any (media_ids) and m.shared_from is null
    -- now and then a source sends a file for the lease row too
    and not exists (select from public.mls_listing_media t where t.listing_id = l.id and t.origin_media_key = m.origin_media_key)
  on conflict (shared_from) where shared_from is not null do update set
    media_id = excluded.media_id,
    display_order = case when t.locked then t.display_order else excluded.display_order end,
    is_primary = case when t.locked then t.is_primary else excluded.is_primary end,
    title = case when t.locked then t.title else excluded.title end,
    description = case when t.locked then t.description else excluded.description end,
    is_hidden = case when t.locked then t.is_hidden else excluded.is_hidden end,
    media_category = excluded.media_category, source_category = excluded.source_category, media_url = excluded.media_url,
    storage_path = excluded.storage_path, mime_type = excluded.mime_type, html_description = excluded.html_description,
    image_width = excluded.image_width, image_height = excluded.image_height, file_size_bytes = excluded.file_size_bytes,
    is_landscape = excluded.is_landscape, is_distributable = excluded.is_distributable, dash_category = excluded.dash_category,
    format_code = excluded.format_code, checksum = excluded.checksum, media_tags_json = excluded.media_tags_json,
    resolution_urls = excluded.resolution_urls, additional_annotations = excluded.additional_annotations, created_ts = excluded.created_ts,
    origin_etl_ts = excluded.origin_etl_ts, origin_etl_batch_id = excluded.origin_etl_batch_id, origin_sync_ts = excluded.origin_sync_ts,
    origin_deleted = excluded.origin_deleted, extensions = excluded.extensions
$$;
comment on function mls.share_media(uuid[]) is
  'Shows these media of sale listings at their lease siblings too: gold delivers media for the sale row only. Rows locked at the sibling keep their order, captions and hiding. While a broker works on the sale row, the sibling shows the captions and order of the source, and nothing that the broker added.';

-- ----- mls.share_changed_media(): statement trigger of mls_listing_media -----
create function mls.share_changed_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  ids uuid[];
begin
  select array_agg(n.id) into ids
  from new_rows n
  join public.mls_listings l on l.id = n.listing_id
  where n.shared_from is null and l.sibling_listing_id is not null;
  if ids is not null then
    perform mls.share_media(ids);
  end if;
  return null;
end $$;
comment on function mls.share_changed_media() is 'Statement trigger: lease siblings follow the media of their sale row, whoever changed them.';
create trigger share_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.share_changed_media();
create trigger share_update after update on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.share_changed_media();

-- ----- mls.share_published_media(): row trigger of mls_listings -----
create function mls.share_published_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.share_media(array(select m.id from public.mls_listing_media m where m.listing_id = new.id));
  return null;
end $$;
comment on function mls.share_published_media() is
  'Row trigger: with the sale row, what its broker arranged becomes visible at the lease sibling, or disappears there again.';
create trigger share_published_media after update on public.mls_listings
  for each row when (new.sibling_listing_id is not null and mls.is_draft(new) <> mls.is_draft(old))
  execute function mls.share_published_media();

-- ----- mls.unshare_media(): row trigger of mls_listing_media -----
create function mls.unshare_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  delete from public.mls_listing_media s
  using public.mls_listing_media b
  where s.listing_id = new.listing_id and b.id = s.shared_from and b.origin_media_key = new.origin_media_key;
  return null;
end $$;
comment on function mls.unshare_media() is 'Row trigger: a file that the source sends for the lease row itself needs no share of the sale row''s.';
create trigger unshare_media after insert on public.mls_listing_media
  for each row when (new.resource_record_key like '%\_LEASE' and new.shared_from is null) execute function mls.unshare_media();
