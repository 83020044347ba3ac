-- What a batch of gold Media does to mls_listing_media.

-- ----- mls.media_rank(text) -----
create function mls.media_rank(category text) returns integer
language sql immutable parallel safe set search_path = ''
as $$
  select array_position(array['image', 'video', 'tour', 'audio', 'floorplan', 'document'], category)
$$;
comment on function mls.media_rank(text) is 'Which of several categories of one file counts: the smaller rank. A source may return one file under several. Documents stand outside this order: they always count.';

-- ----- mls.is_own_medium(listing_id, address, record_key) -----
create function mls.is_own_medium(listing_id uuid, address text, record_key text) returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  known_as constant text := lower(substring(record_key from 'MEDIA_(.+)$'));
begin
  return exists (
    select from public.mls_listing_syndications s
    join public.mls_portal_definitions p on p.id = s.portal_id
    where s.listing_id = is_own_medium.listing_id and s.published_at is not null and mls.worked_by(p.channel_type) = 'deliveries'
      and (
        -- one that was taken away here meanwhile is ours too, until the portal has heard of it
        exists (select from jsonb_each_text(s.state -> 'media') kept where lower(kept.value) = known_as)
        or exists (
          select from public.mls_listing_media m
          where m.listing_id = s.listing_id and m.origin_media_key is null
            and address in (m.media_url, m.resolution_urls #>> '{jpeg,url}')
        )
      )
  );
end $$;
comment on function mls.is_own_medium(uuid, text, text) is
  'Whether a file that a source shows of a listing is one that was added here and pushed to a portal: it comes back under an id of the portal, which its channel has kept (state.media), or with the address under which it was told.';

-- ----- mls.merge_media(jsonb, jsonb) -----
create function mls.merge_media(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  attempts constant integer := 3;
begin
  for attempt in 1 .. attempts loop
    begin
      return mls.merge_media_once(rows, context);
    exception when unique_violation or deadlock_detected then
      -- another office brought the same key first at the same time; now its row is there to be seen
      if attempt = attempts then
        raise;
      end if;
    end;
  end loop;
end $$;
comment on function mls.merge_media(jsonb, jsonb) is
  'Merges gold media [{r, e, w}], keyed by office, listing and MediaKey. Media of claimed listings and locked media keep their order and captions; a document stays one until a newer record names another category. Absence from a batch removes nothing. Answers one result per record, in input order. Internal: call mls.ingest_batch().';
