-- Media and other records that wait for their listing, or follow one that gets another key.

-- ----- mls.settle_waiting_media(text[]) -----
create function mls.settle_waiting_media(listing_keys text[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if not exists (select from public.mls_listing_media m where m.listing_id is null and m.resource_record_key = any (listing_keys)) then
    return;
  end if;
  delete from public.mls_listing_media m
  using public.mls_listings l
  where m.listing_id is null and m.resource_record_key = any (listing_keys) and l.origin_key = m.resource_record_key
    and (
      (l.tenant_id, l.originating_office_key) <> (m.tenant_id, m.originating_office_key)
      or exists (select from public.mls_listing_media o where o.listing_id = l.id and o.origin_media_key = m.origin_media_key)
    );
  update public.mls_listing_media m set listing_id = l.id
  from public.mls_listings l
  where m.listing_id is null and m.resource_record_key = any (listing_keys) and l.origin_key = m.resource_record_key;
end $$;
comment on function mls.settle_waiting_media(text[]) is
  'Gives waiting media to the listings with these keys. What another office sent under such a key is removed, as it would have been refused after the listing; so is a file that the listing has already.';

-- ----- mls.adopt_waiting(): statement trigger, a new listing takes what came before it -----
create function mls.adopt_waiting() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  waiting mls.resources;
begin
  perform mls.settle_waiting_media(array(select n.origin_key from new_rows n where n.origin_key is not null));
  for waiting in select * from mls.resources r where r.listing_column is not null and r.resource <> 'media' loop
    execute format('update public.%I t set listing_id = n.id from new_rows n
      where t.listing_id is null and t.%I = n.origin_key and t.tenant_id = n.tenant_id', waiting.table_name, waiting.listing_column);
  end loop;
  return null;
end $$;
comment on function mls.adopt_waiting() is 'Statement trigger: resolves references that arrived before the listing.';
create trigger adopt_waiting after insert on public.mls_listings
  referencing new table as new_rows for each statement execute function mls.adopt_waiting();

-- ----- mls.rekey_media(): row trigger of mls_listings, media follow a listing that gets another key -----
create function mls.rekey_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.settle_waiting_media(array[new.origin_key]);
  update public.mls_listing_media m set resource_record_key = coalesce(new.origin_key, 'MANUAL_' || new.id)
  where m.listing_id = new.id and m.resource_record_key <> coalesce(new.origin_key, 'MANUAL_' || new.id);
  return null;
end $$;
comment on function mls.rekey_media() is
  'Row trigger: the next batch looks for media under the new key of their listing. Served keys stay as they are.';
create trigger rekey_media after update on public.mls_listings
  for each row when (new.origin_key is distinct from old.origin_key) execute function mls.rekey_media();
