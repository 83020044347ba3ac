-- A lease row shows the media of its sale row: gold delivers them for the sale row only.

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
