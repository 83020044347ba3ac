-- What brokers and managers do beside moving a listing: approvals, checklist, documents, price and place, media order,
-- new listings, reviews in bulk. Doors in `public`, work in `mls`, as in 0013.

-- ===== approvals =====

-- ----- mls.request_approval(uuid, text, text, jsonb, uuid) -----
create function mls.request_approval(target uuid, kind text, remark text, content jsonb, assignee uuid) returns public.mls_listing_approvals
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  approval public.mls_listing_approvals;
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first.', jsonb_build_object('listing_id', target));
  end if;
  if kind = 'PRICE_CHANGE' then
    perform mls.check_price_kind(content ->> 'price_kind');
    if coalesce((content ->> 'new_price')::numeric, 0) <= 0 then
      raise invalid_parameter_value using message = 'A price change is asked for with payload {"price_kind": "SALE" or "LEASE", "new_price": number}.';
    end if;
  end if;
  insert into public.mls_listing_approvals (listing_id, tenant_id, approval_type, requested_by, comment, payload, assignee_id)
  values (target, listing.tenant_id, kind, mls.current_user_id(), remark, coalesce(content, '{}'), assignee)
  on conflict (listing_id, approval_type) where status = 'PENDING' do nothing
  returning * into approval;
  if not found then
    perform mls.refuse('already_requested', 'This approval is asked for already and waits for its decision.',
      jsonb_build_object('listing_id', target, 'approval_id', (
        select a.id from public.mls_listing_approvals a where a.listing_id = target and a.approval_type = kind and a.status = 'PENDING')));
  end if;
  return approval;
end $$;
comment on function mls.request_approval(uuid, text, text, jsonb, uuid) is 'Asks for an approval; at most one of a type waits per listing.';

-- ----- request_approval(uuid, text, text, jsonb, uuid) -----
create function public.request_approval(listing_id uuid, approval_type text, comment text default null, payload jsonb default '{}', assignee_id uuid default null)
returns public.mls_listing_approvals
language sql volatile set search_path = ''
as $$
  select mls.request_approval(listing_id, approval_type, comment, mls.json_argument(payload), assignee_id)
$$;
comment on function public.request_approval(uuid, text, text, jsonb, uuid) is
  'Asks for DUE_DILIGENCE, MARKETING, MANAGEMENT or, with payload {price_kind, new_price}, PRICE_CHANGE. 409 already_requested with the waiting approval_id.';

-- ----- mls.decide_approval(uuid, text, text) -----
create function mls.decide_approval(target uuid, decision text, remark text) returns public.mls_listing_approvals
language plpgsql security definer set search_path = ''
as $$
declare
  approval public.mls_listing_approvals;
  listing public.mls_listings;
  rule public.mls_approval_rules;
begin
  if decision not in ('APPROVED', 'REJECTED') or decision is null then
    raise invalid_parameter_value using message = 'A decision is APPROVED or REJECTED.';
  end if;
  select * into approval from public.mls_listing_approvals a where a.id = target;
  listing := mls.lock_listing(approval.listing_id);
  select * into approval from public.mls_listing_approvals a where a.id = target for no key update;
  select * into rule from public.mls_approval_rules r
  where r.tenant_id = listing.tenant_id and r.approval_type = approval.approval_type;
  if approval.status <> 'PENDING' then
    perform mls.refuse('already_decided', 'This approval was decided already.',
      jsonb_build_object('approval_id', target, 'status', approval.status, 'decided_by', approval.decided_by));
  elsif not mls.scope_reaches(coalesce(rule.min_scope, 'team')) then
    perform mls.refuse('guard_failed', 'Your scope does not decide approvals of this type.',
      jsonb_build_object('guard', 'min_scope:' || upper(coalesce(rule.min_scope, 'team')), 'approval_id', target));
  elsif approval.requested_by = mls.current_user_id() and not coalesce(rule.own_allowed, false) then
    perform mls.refuse('guard_failed', 'Somebody else must decide what you asked for.',
      jsonb_build_object('guard', 'not_own', 'approval_id', target));
  end if;
  update public.mls_listing_approvals a set
    status = decision, decided_by = mls.current_user_id(), decided_at = clock_timestamp(), comment = coalesce(remark, a.comment)
  where a.id = target
  returning * into approval;
  if approval.approval_type = 'PRICE_CHANGE' and decision = 'APPROVED' then
    perform mls.apply_price(listing, approval.payload ->> 'price_kind', (approval.payload ->> 'new_price')::numeric, remark, approval.id);
  end if;
  return approval;
end $$;
comment on function mls.decide_approval(uuid, text, text) is
  'Decides an approval as mls_approval_rules allow; an approved price change is carried out at once.';

-- ----- decide_approval(uuid, text, text) -----
create function public.decide_approval(approval_id uuid, decision text, comment text default null) returns public.mls_listing_approvals
language sql volatile set search_path = ''
as $$
  select mls.decide_approval(approval_id, decision, comment)
$$;
comment on function public.decide_approval(uuid, text, text) is
  'Decides APPROVED or REJECTED. 409: already_decided; guard_failed with guard min_scope or not_own.';

-- ===== price and place =====

-- ----- mls.check_price_kind(text) -----
create function mls.check_price_kind(price_kind text) returns void
language plpgsql immutable set search_path = ''
as $$
begin
  if price_kind is null or price_kind not in ('SALE', 'LEASE') then
    raise invalid_parameter_value using message = 'price_kind is SALE or LEASE.';
  end if;
end $$;
comment on function mls.check_price_kind(text) is 'Raises 22023 unless SALE or LEASE.';

-- ----- mls.apply_price(...) -----
create function mls.apply_price(listing public.mls_listings, price_kind text, new_price numeric, reason text, approval uuid) returns public.mls_listings
language plpgsql set search_path = ''
as $$
begin
  perform set_config('mls.change_reason', coalesce(reason, ''), true);
  perform set_config('mls.change_approval', coalesce(approval::text, ''), true);
  -- the rent is served under its old name LeasePrice from the text the source sent, until it is changed here
  update public.mls_listings l set
    list_price = case when price_kind = 'SALE' then new_price else l.list_price end,
    original_list_price = case when price_kind = 'SALE' then coalesce(l.original_list_price, l.list_price, new_price) else l.original_list_price end,
    lease_amount = case when price_kind = 'LEASE' then new_price else l.lease_amount end,
    extensions = case when price_kind = 'LEASE' then l.extensions - 'LeasePrice' else l.extensions end,
    updated_by = mls.current_user_id()
  where l.id = listing.id
  returning * into listing;
  perform set_config('mls.change_approval', '', true);
  return listing;
end $$;
comment on function mls.apply_price(public.mls_listings, text, numeric, text, uuid) is 'Sets the asking price (SALE) or the rent (LEASE); history follows by trigger.';

-- ----- mls.change_price(uuid, numeric, text, text) -----
create function mls.change_price(target uuid, new_price numeric, price_kind text, reason text) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  old_price numeric := case price_kind when 'SALE' then listing.list_price else listing.lease_amount end;
  threshold numeric := (select (t.settings ->> 'price_approval_percent')::numeric from public.mls_tenants t where t.id = listing.tenant_id);
begin
  perform mls.check_price_kind(price_kind);
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first; unclaimed listings follow their source.', jsonb_build_object('listing_id', target));
  elsif new_price is null or new_price <= 0 then
    raise invalid_parameter_value using message = 'The new price must be greater than 0.';
  elsif old_price > 0 and abs(new_price - old_price) > old_price * threshold / 100 then
    perform mls.refuse('guard_failed',
      format('A change by more than %s %% needs an approval: request_approval with approval_type PRICE_CHANGE.', threshold),
      jsonb_build_object('guard', 'approved:PRICE_CHANGE', 'listing_id', target, 'old_price', old_price, 'new_price', new_price, 'threshold_percent', threshold));
  end if;
  return mls.apply_price(listing, price_kind, new_price, reason, null);
end $$;
comment on function mls.change_price(uuid, numeric, text, text) is 'Changes a price, up to the tenant''s setting price_approval_percent without an approval.';

-- ----- change_price(uuid, numeric, text, text) -----
create function public.change_price(listing_id uuid, new_price numeric, price_kind text default 'SALE', reason text default null) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.change_price(listing_id, new_price, price_kind, reason)
$$;
comment on function public.change_price(uuid, numeric, text, text) is
  'Changes the asking price (SALE) or the rent (LEASE) of a claimed listing. 409: not_claimed; guard_failed with guard approved:PRICE_CHANGE when the change is too large to go without.';

-- ----- mls.set_location(uuid, double precision, double precision) -----
create function mls.set_location(target uuid, lat double precision, lng double precision) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first; unclaimed listings follow their source.', jsonb_build_object('listing_id', target));
  elsif lat is null or lng is null or abs(lat) > 90 or abs(lng) > 180 or (lat = 0 and lng = 0) then
    raise invalid_parameter_value using message = 'A place has a latitude from -90 to 90 and a longitude from -180 to 180.';
  end if;
  update public.mls_listings l set latitude = lat, longitude = lng, updated_by = mls.current_user_id()
  where l.id = target
  returning * into listing;
  return listing;
end $$;
comment on function mls.set_location(uuid, double precision, double precision) is 'Moves a listing on the map; both coordinates together.';

-- ----- set_location(uuid, double precision, double precision) -----
create function public.set_location(listing_id uuid, latitude double precision, longitude double precision) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.set_location(listing_id, latitude, longitude)
$$;
comment on function public.set_location(uuid, double precision, double precision) is 'Sets the coordinates of a claimed listing. 409 not_claimed.';

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

-- ===== new listings =====

-- ----- mls.ref_counters: the last number given to a listing made in the hub, per tenant -----
create table mls.ref_counters (
  tenant_id uuid primary key references public.mls_tenants (id),
  last_number bigint not null
);
alter table mls.ref_counters enable row level security;
alter table mls.ref_counters force row level security;

-- ----- mls.next_ref(uuid) -----
create function mls.next_ref(tenant uuid) returns text
language sql volatile set search_path = ''
as $$
  with next as (
    insert into mls.ref_counters as c (tenant_id, last_number) values (tenant, 1)
    on conflict (tenant_id) do update set last_number = c.last_number + 1
    returning last_number
  )
  select format('%s-M%s', t.code, lpad(next.last_number::text, 6, '0')) from next, public.mls_tenants t where t.id = tenant
$$;
comment on function mls.next_ref(uuid) is 'Reference of the next listing made in the hub, as CY-M000001. Numbers follow each other per tenant.';

-- ----- mls.create_listing(jsonb) -----
create function mls.create_listing(content jsonb) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  tenant uuid := mls.current_tenant_id();
  accepted text[] := array['list_price', 'currency_code', 'lease_amount', 'lease_amount_frequency', 'latitude', 'longitude'];
  unknown text;
  listing public.mls_listings;
begin
  perform mls.require_right('c');
  if tenant is null or not exists (select from public.mls_tenants t where t.id = tenant) then
    raise insufficient_privilege using message = 'Your token names no market (claim uoi).';
  end if;
  select string_agg(k, ', ') into unknown from jsonb_object_keys(content) k
  where k <> all (accepted) and not coalesce((
    select has_column_privilege('authenticated', 'public.mls_listings', a.attname, 'update')
    from pg_catalog.pg_attribute a
    where a.attrelid = 'public.mls_listings'::regclass and a.attname = k and a.attnum > 0 and not a.attisdropped and k <> 'version'
  ), false);
  if unknown is not null then
    raise invalid_parameter_value using
      message = format('create_listing does not take %s.', unknown),
      hint = 'It takes the columns of mls_listings that users may edit, the price, the rent and the coordinates.';
  end if;
  insert into public.mls_listings
    (tenant_id, origin_system, originating_office_key, market, ref, status, broker_id, claimed_at, claimed_by, created_by, updated_by, currency_code)
  select t.id, 'MANUAL', o.office_key, t.code, mls.next_ref(t.id), 'DRAFT', mls.current_user_id(), clock_timestamp(),
    mls.current_user_id(), mls.current_user_id(), mls.current_user_id(), coalesce(o.currency_code, t.currency_code)
  from public.mls_tenants t
  join public.mls_offices o on o.tenant_id = t.id and o.is_market
  where t.id = tenant
  order by o.office_key limit 1
  returning * into listing;
  if content <> '{}' then
    execute (
      select format('update public.mls_listings l set (%1$s) = (select %2$s from jsonb_populate_record($1, $2) x) where l.id = $3 returning l.*',
        string_agg(quote_ident(k), ', '), string_agg('x.' || quote_ident(k), ', '))
      from jsonb_object_keys(content) k
    ) into listing using listing, content, listing.id;
  end if;
  insert into public.mls_listing_checklist_items (listing_id, tenant_id, template_id, due_date)
  select listing.id, listing.tenant_id, t.id, current_date + t.due_days
  from public.mls_checklist_templates t
  where t.tenant_id = listing.tenant_id and t.is_active;
  return listing;
end $$;
comment on function mls.create_listing(jsonb) is 'A listing of the user''s own, in DRAFT, with a generated ref. Only known column names reach the statement.';

-- ----- create_listing(jsonb) -----
create function public.create_listing(listing jsonb default '{}') returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.create_listing(mls.json_argument(listing))
$$;
comment on function public.create_listing(jsonb) is
  'Makes a listing that no source knows: columns of mls_listings as JSON, ref generated (CY-M000001), yours, in DRAFT. Answers the row.';

-- ===== reviews in bulk =====

-- ----- mls.bulk_review(text, uuid[], jsonb, text, boolean) -----
create function mls.bulk_review(action text, ids uuid[], filter jsonb, reason text, dry_run boolean)
returns table (listing_id uuid, ref text, outcome text, status public.mls_listing_status, details jsonb)
language plpgsql set search_path = ''
as $$
declare
  refusal text;
begin
  perform mls.require_right('u');
  if not mls.scope_reaches('team') then
    raise insufficient_privilege using message = 'Reviews in bulk are for managers: scope team or more.';
  elsif action is null or action not in ('publish', 'withdraw', 'advance') then
    raise invalid_parameter_value using message = 'An action is publish, withdraw or advance.';
  elsif (ids is null) = (filter is null) then
    raise invalid_parameter_value using message = 'Give listing_ids or a filter {status, office_key, origin_system, city, unclaimed}, one of them.';
  elsif exists (select from jsonb_object_keys(filter) k where k not in ('status', 'office_key', 'origin_system', 'city', 'unclaimed')) then
    raise invalid_parameter_value using message = 'A filter knows status, office_key, origin_system, city and unclaimed.';
  end if;
  for listing_id, ref, status in
    select l.id, l.ref, l.status from public.mls_listings l
    where l.tenant_id = any (mls.visible_tenant_ids())
      and (ids is null or l.id = any (ids))
      and (filter is null or (
        (not filter ? 'status' or l.status = (filter ->> 'status')::public.mls_listing_status)
        and (not filter ? 'office_key' or l.originating_office_key = filter ->> 'office_key')
        and (not filter ? 'origin_system' or l.origin_system = filter ->> 'origin_system')
        and (not filter ? 'city' or l.city = filter ->> 'city')
        and (not filter ? 'unclaimed' or (l.claimed_at is null) = (filter ->> 'unclaimed')::boolean)))
    order by l.seq limit 500
  loop
    outcome := case when dry_run then 'would_' || action else action end;
    details := '{}';
    -- an inner block per listing: one that is refused leaves the others as they are; a dry run always rolls back
    begin
      status := (case action
        when 'publish' then mls.publish(bulk_review.listing_id, reason)
        when 'withdraw' then mls.take_transition(bulk_review.listing_id, '{withdraw}', 'WITHDRAWN', reason)
        else mls.take_transition(bulk_review.listing_id, '{advance,publish}', null, reason)
      end).status;
      if dry_run then
        raise sqlstate 'MLS01';
      end if;
    exception
      when sqlstate 'MLS01' then
        null;
      when sqlstate 'PT409' then
        get stacked diagnostics refusal = pg_exception_detail;
        outcome := 'refused';
        details := refusal::jsonb;
      when insufficient_privilege then
        outcome := 'refused';
        details := '{"code": "guard_failed", "guard": "write_scope"}';
    end;
    return next;
  end loop;
end $$;
comment on function mls.bulk_review(text, uuid[], jsonb, text, boolean) is 'Takes the same action on up to 500 listings, each for itself.';

-- ----- bulk_review(text, uuid[], jsonb, text, boolean) -----
create function public.bulk_review(action text, listing_ids uuid[] default null, filter jsonb default null, reason text default null, dry_run boolean default false)
returns table (listing_id uuid, ref text, outcome text, status public.mls_listing_status, details jsonb)
language sql volatile set search_path = ''
as $$
  select * from mls.bulk_review(action, listing_ids, mls.json_argument(filter), reason, dry_run)
$$;
comment on function public.bulk_review(text, uuid[], jsonb, text, boolean) is
  'publish, withdraw or advance many listings, named or by filter {status, office_key, origin_system, city, unclaimed}; at most 500, one result row each: outcome publish | would_publish | refused with the reason in details. dry_run changes nothing. Scope team or more.';

-- ===== support =====

-- ----- my_access() -----
create function public.my_access() returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'user_id', mls.current_user_id(),
    'tenant_id', mls.current_tenant_id(),
    'tenant_code', (select t.code from public.mls_tenants t where t.id = mls.current_tenant_id()),
    'scope', mls.active_scope(),
    'crud', coalesce(mls.jwt() ->> 'crud', ''),
    'team_ids', to_jsonb(mls.current_team_ids()),
    'acts_for', to_jsonb(mls.visible_user_ids()),
    'sees_whole_tenant', mls.sees_whole_tenant(),
    'is_admin', mls.is_admin(),
    'problems', to_jsonb(array_remove(array[
      case when mls.current_user_id() is null then 'sub is absent or no uuid: no row is visible' end,
      case when mls.current_tenant_id() is null then 'uoi is absent or no uuid: no tenant' end,
      case when mls.current_tenant_id() is not null and mls.can('r')
             and not exists (select from public.mls_tenants t where t.id = mls.current_tenant_id()) then 'uoi names no tenant of this hub' end,
      case when mls.jwt() ->> 'crud' is null then 'crud is absent: no rights' end,
      case when coalesce(mls.jwt() ->> 'active_scope', mls.jwt() ->> 'scope') is null then 'scope is absent: counts as self' end
    ], null))
  )
$$;
comment on function public.my_access() is
  'What the database makes of the caller''s token: user, tenant, scope, rights, teams, and what is wrong with it. For support: a token without claims sees empty lists, not errors.';

grant execute on function mls.request_approval(uuid, text, text, jsonb, uuid), mls.decide_approval(uuid, text, text),
  mls.change_price(uuid, numeric, text, text), mls.set_location(uuid, double precision, double precision),
  mls.set_co_broker(uuid, uuid), mls.complete_checklist_item(uuid, boolean, text), mls.review_document(uuid, text, text),
  mls.reorder_media(uuid, uuid[]), mls.create_listing(jsonb), mls.bulk_review(text, uuid[], jsonb, text, boolean),
  mls.require_right(text), mls.scope_reaches(text),
  public.request_approval(uuid, text, text, jsonb, uuid), public.decide_approval(uuid, text, text),
  public.change_price(uuid, numeric, text, text), public.set_location(uuid, double precision, double precision),
  public.set_co_broker(uuid, uuid), public.complete_checklist_item(uuid, boolean, text), public.review_document(uuid, text, text),
  public.reorder_media(uuid, uuid[]), public.create_listing(jsonb), public.bulk_review(text, uuid[], jsonb, text, boolean),
  public.my_access()
  to authenticated;
