-- What happens to an incoming record, and what a receipt says of it.

-- ----- mls.tracked_status(...) -----
create function mls.tracked_status(current public.mls_listing_status, source_before text, source_now text)
returns public.mls_listing_status
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when source_now is not distinct from source_before then null
    when current = 'PUBLISHED' then case source_now
      when 'Pending' then 'UNDER_OFFER' when 'Active Under Contract' then 'UNDER_OFFER'
      when 'Closed' then 'SOLD'
      when 'Withdrawn' then 'WITHDRAWN' when 'Canceled' then 'WITHDRAWN' when 'Expired' then 'WITHDRAWN' when 'Hold' then 'WITHDRAWN'
    end
    when current = 'UNDER_OFFER' then case source_now
      when 'Active' then 'PUBLISHED'
      when 'Closed' then 'SOLD'
      when 'Withdrawn' then 'WITHDRAWN' when 'Canceled' then 'WITHDRAWN' when 'Expired' then 'WITHDRAWN' when 'Hold' then 'WITHDRAWN'
    end
  end::public.mls_listing_status
$$;
comment on function mls.tracked_status(public.mls_listing_status, text, text) is
  'Status that a claimed listing takes when its source changes StandardStatus (RESO DD 2.0); null to stay. Only legal paths between published states: a source never publishes a draft and never reopens what is sold or withdrawn.';

-- ----- mls.needs_decision(...) -----
create function mls.needs_decision(current public.mls_listing_status, source_before text, source_now text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select source_now is distinct from source_before
    and mls.tracked_status(current, source_before, source_now) is null
    and case
      when source_now in ('Pending', 'Active Under Contract') then current <> 'UNDER_OFFER'
      when source_now = 'Closed' then current <> 'SOLD'
      when source_now in ('Withdrawn', 'Canceled', 'Expired', 'Hold', 'Delete') then current not in ('WITHDRAWN', 'SOLD')
      when source_now = 'Active' then current in ('SOLD', 'WITHDRAWN')
      else false
    end
$$;
comment on function mls.needs_decision(public.mls_listing_status, text, text) is
  'Whether a claimed listing contradicts the new status of its source and no legal path leads there: a person must decide.';

-- ----- mls.reject_reason(...): generated, like the merges, which hold the same rule -----

-- ----- mls.merge_result(...) -----
create function mls.merge_result(ordinal integer, record_key text, outcome text, reason text, warnings jsonb, errors jsonb, ref_collision boolean default false)
returns jsonb
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'index', ordinal,
    'key', record_key,
    'outcome', outcome,
    'reason', case when outcome = 'reject' then reason end,
    'warnings', nullif(case when reason = 'erased' then '[]' else coalesce(warnings, '[]') end || case when ref_collision then
      '[{"field": "ListingId", "code": "ref_collision", "message": "Another listing of this market has this ListingId; both are kept."}]'::jsonb
      else '[]'::jsonb end, '[]'),
    'errors', case when outcome = 'reject' and reason <> 'erased' then nullif(coalesce(errors, '[]'), '[]') end
  ));
end $$;
comment on function mls.merge_result(integer, text, text, text, jsonb, jsonb, boolean) is
  'One entry of a receipt: {index, key, outcome, reason?, warnings?, errors?}.';

-- ----- mls.office_conflict(text, text, text) -----
create function mls.office_conflict(resource text, record_key text, office_key text) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_build_array(jsonb_build_object(
    'field', 'OriginatingSystemOfficeKey', 'code', 'other_office',
    'message', format(
      'Another office holds %s. If it was delivered there by mistake, move it: select mls.change_office(%L, array[%L], %L); then replay the quarantine.',
      record_key, resource, record_key, office_key)))
$$;
comment on function mls.office_conflict(text, text, text) is
  'What a receipt says of a record whose key (of a file: whose listing) another office holds. It does not tell which.';
