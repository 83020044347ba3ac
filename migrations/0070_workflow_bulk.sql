-- Reviews in bulk: the same action on many listings, each for itself.

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

grant execute on function mls.bulk_review(text, uuid[], jsonb, text, boolean),
  public.bulk_review(text, uuid[], jsonb, text, boolean)
  to authenticated;
