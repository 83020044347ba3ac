-- What a listing says of its photos: how many there are, and when they last changed.

-- ----- mls.count_photos(): statement trigger of mls_listing_media -----
create function mls.count_photos() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  touched uuid[];
begin
  case tg_op
    when 'INSERT' then
      select array_agg(distinct n.listing_id) into touched from new_rows n where n.media_category = 'image' and n.is_servable;
    when 'DELETE' then
      select array_agg(distinct o.listing_id) into touched from old_rows o where o.media_category = 'image' and o.is_servable;
    else
      select array_agg(distinct x.listing_id) into touched
      from (
        (
          select n.id, n.listing_id, n.media_url, n.display_order, n.file_changed_at from new_rows n
          where n.media_category = 'image' and n.is_servable
          except select o.id, o.listing_id, o.media_url, o.display_order, o.file_changed_at from old_rows o
          where o.media_category = 'image' and o.is_servable
        ) union all (
          select o.id, o.listing_id, o.media_url, o.display_order, o.file_changed_at from old_rows o
          where o.media_category = 'image' and o.is_servable
          except select n.id, n.listing_id, n.media_url, n.display_order, n.file_changed_at from new_rows n
          where n.media_category = 'image' and n.is_servable
        )
      ) x;
  end case;
  if touched is null then
    return null;
  end if;
  -- locked by a statement of its own: the one that counts then sees what the transaction before committed
  perform from public.mls_listings l where l.id = any (touched) order by l.id for no key update;
  update public.mls_listings l set photos_count = c.photos, photos_changed_at = clock_timestamp()
  from (
    select t.id, count(m.id)::integer as photos
    from unnest(touched) t (id)
    left join public.mls_listing_media m on m.listing_id = t.id and m.media_category = 'image' and m.is_servable
    group by t.id
  ) c
  where l.id = c.id;
  -- until it is published the world sees another number of a claimed listing: photos of its source only
  insert into mls.dirty (resource, record_id)
  select 'property', l.id from public.mls_listings l where l.id = any (touched) and l.claimed_at is not null;
  return null;
end $$;
comment on function mls.count_photos() is 'Statement trigger: keeps photos_count, the servable photos of a listing, and photos_changed_at, when one of them came, went, became another, or got another address or place in their order.';
create trigger count_photos_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.count_photos();
create trigger count_photos_update after update on public.mls_listing_media
  referencing old table as old_rows new table as new_rows for each statement execute function mls.count_photos();
create trigger count_photos_delete after delete on public.mls_listing_media
  referencing old table as old_rows for each statement execute function mls.count_photos();
