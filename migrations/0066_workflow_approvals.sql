-- Approvals: asked for, decided, and what they stand behind.

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

grant execute on function mls.request_approval(uuid, text, text, jsonb, uuid), mls.decide_approval(uuid, text, text),
  public.request_approval(uuid, text, text, jsonb, uuid), public.decide_approval(uuid, text, text)
  to authenticated;

-- ----- the approval behind a change of price: the history is older than approvals -----
alter table public.mls_price_history
  add foreign key (approval_id) references public.mls_listing_approvals (id) on delete set null;
create index mls_price_history_approval on public.mls_price_history (approval_id) where approval_id is not null;
