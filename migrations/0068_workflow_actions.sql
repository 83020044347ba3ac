-- What brokers and managers do with one listing beside moving it: co-broker, checklist, documents, order of media.

-- ===== people =====

-- ----- mls.set_co_broker(uuid, uuid) -----
create function mls.set_co_broker(target uuid, second uuid) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first.', jsonb_build_object('listing_id', target));
  elsif second = listing.broker_id then
    raise invalid_parameter_value using message = 'The co-broker is somebody else than the broker.';
  end if;
  perform mls.refuse_foreign_user('co_broker_id', second, listing.tenant_id);
  update public.mls_listings l set co_broker_id = second, updated_by = mls.current_user_id()
  where l.id = target
  returning * into listing;
  return listing;
end $$;
comment on function mls.set_co_broker(uuid, uuid) is 'Names or, with null, removes the co-broker, who may do all that the broker may.';

-- ----- set_co_broker(uuid, uuid) -----
create function public.set_co_broker(listing_id uuid, co_broker_id uuid) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.set_co_broker(listing_id, co_broker_id)
$$;
comment on function public.set_co_broker(uuid, uuid) is 'Names the co-broker of a claimed listing, or removes it with null. 409 not_claimed.';

-- ===== checklist and documents =====

-- ----- mls.complete_checklist_item(uuid, boolean, text) -----
create function mls.complete_checklist_item(target uuid, done boolean, remark text) returns public.mls_listing_checklist_items
language plpgsql security definer set search_path = ''
as $$
declare
  item public.mls_listing_checklist_items;
  before_it uuid;
begin
  select * into item from public.mls_listing_checklist_items i where i.id = target;
  perform mls.lock_listing(item.listing_id);
  select i.id into before_it
  from public.mls_checklist_templates t
  join public.mls_listing_checklist_items i on i.template_id = t.depends_on and i.listing_id = item.listing_id
  where t.id = item.template_id and not i.is_completed;
  if done and found then
    perform mls.refuse('guard_failed', 'Another step comes first.', jsonb_build_object('guard', 'depends_on', 'item_id', before_it));
  end if;
  update public.mls_listing_checklist_items i set
    is_completed = done,
    completed_at = case when done then clock_timestamp() end,
    completed_by = case when done then mls.current_user_id() end,
    notes = coalesce(remark, i.notes)
  where i.id = target
  returning * into item;
  return item;
end $$;
comment on function mls.complete_checklist_item(uuid, boolean, text) is 'Marks a step done or, with false, open again.';

-- ----- complete_checklist_item(uuid, boolean, text) -----
create function public.complete_checklist_item(item_id uuid, completed boolean default true, notes text default null)
returns public.mls_listing_checklist_items
language sql volatile set search_path = ''
as $$
  select mls.complete_checklist_item(item_id, completed, notes)
$$;
comment on function public.complete_checklist_item(uuid, boolean, text) is
  'Marks a step of a listing done, or open again. 409 guard_failed with guard depends_on when another step comes first.';

-- ----- mls.review_document(uuid, text, text) -----
create function mls.review_document(target uuid, decision text, remark text) returns public.mls_listing_documents
language plpgsql security definer set search_path = ''
as $$
declare
  document public.mls_listing_documents;
begin
  if decision is null or decision not in ('APPROVED', 'REJECTED') then
    raise invalid_parameter_value using message = 'A decision is APPROVED or REJECTED.';
  end if;
  select * into document from public.mls_listing_documents d where d.id = target;
  perform mls.lock_listing(document.listing_id);
  if not mls.scope_reaches('team') then
    perform mls.refuse('guard_failed', 'Documents are reviewed by managers.', jsonb_build_object('guard', 'min_scope:TEAM', 'document_id', target));
  elsif document.uploaded_by = mls.current_user_id() then
    perform mls.refuse('guard_failed', 'Somebody else must review what you uploaded.', jsonb_build_object('guard', 'not_own', 'document_id', target));
  end if;
  update public.mls_listing_documents d set
    status = decision, reviewed_by = mls.current_user_id(), reviewed_at = clock_timestamp(),
    rejection_reason = case decision when 'REJECTED' then remark end
  where d.id = target
  returning * into document;
  return document;
end $$;
comment on function mls.review_document(uuid, text, text) is 'Approves or rejects a document; scope team at least, and not the uploader.';

-- ----- review_document(uuid, text, text) -----
create function public.review_document(document_id uuid, decision text, reason text default null) returns public.mls_listing_documents
language sql volatile set search_path = ''
as $$
  select mls.review_document(document_id, decision, reason)
$$;
comment on function public.review_document(uuid, text, text) is 'Approves or rejects a document. 409 guard_failed with guard min_scope or not_own.';

-- ===== media =====

-- ----- mls.reorder_media(uuid, uuid[]) -----
create function mls.reorder_media(target uuid, ordered uuid[]) returns setof public.mls_listing_media
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first; unclaimed listings follow their source.', jsonb_build_object('listing_id', target));
  elsif exists (
    select from unnest(ordered) o
    where not exists (select from public.mls_listing_media m where m.id = o and m.listing_id = target)
  ) or (select count(distinct o) <> cardinality(ordered) from unnest(ordered) o) then
    raise invalid_parameter_value using message = 'media_ids names media of this listing, each once.';
  end if;
  -- those not named keep their order behind the named ones
  update public.mls_listing_media m set display_order = n.position, is_primary = n.position = 0, locked = true
  from (
    select x.id, row_number() over (order by array_position(ordered, x.id) nulls last, x.display_order, x.seq) - 1 as position
    from public.mls_listing_media x where x.listing_id = target
  ) n
  where m.id = n.id and (m.display_order, m.is_primary) is distinct from (n.position::integer, n.position = 0);
  return query select * from public.mls_listing_media m where m.listing_id = target order by m.display_order, m.seq;
end $$;
comment on function mls.reorder_media(uuid, uuid[]) is 'Orders the media of a listing; the first becomes the main one. The order survives every sync.';

-- ----- reorder_media(uuid, uuid[]) -----
create function public.reorder_media(listing_id uuid, media_ids uuid[]) returns setof public.mls_listing_media
language sql volatile set search_path = ''
as $$
  select * from mls.reorder_media(listing_id, media_ids)
$$;
comment on function public.reorder_media(uuid, uuid[]) is
  'Puts the media of a claimed listing in this order, the rest behind; answers all of them. 409 not_claimed.';

grant execute on function mls.set_co_broker(uuid, uuid), mls.complete_checklist_item(uuid, boolean, text),
  mls.review_document(uuid, text, text), mls.reorder_media(uuid, uuid[]),
  public.set_co_broker(uuid, uuid), public.complete_checklist_item(uuid, boolean, text),
  public.review_document(uuid, text, text), public.reorder_media(uuid, uuid[])
  to authenticated;
