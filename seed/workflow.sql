-- Moves the demo brokerage along its workflow, through the functions that brokers and managers call, so that every
-- state is one the rules allow. Without the demo's listings it does nothing.

-- ----- who acts: the demo users, with the claims that their tokens carry -----
create function pg_temp.act_as(user_number integer, scope text, market text) returns void
language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'role', 'authenticated', 'sub', 'b0000000-0000-4000-8000-00000000000' || user_number, 'active_scope', scope, 'crud', 'crud',
    'uoi', (select id from public.mls_tenants where code = market),
    'team_ids', case when market = 'CY' then '["7ea00000-0000-4000-8000-000000000001"]'::jsonb else '[]'::jsonb end)::text, true)
$$;
create function pg_temp.broker_cy() returns void language sql as $$ select pg_temp.act_as(1, 'self', 'CY') $$;
create function pg_temp.manager_cy() returns void language sql as $$ select pg_temp.act_as(2, 'team', 'CY') $$;
create function pg_temp.broker_hu() returns void language sql as $$ select pg_temp.act_as(4, 'self', 'HU') $$;

-- ----- what they do -----
create function pg_temp.file_document(target uuid, type_code text) returns void
language plpgsql as $$
declare
  document uuid;
begin
  perform pg_temp.broker_cy();
  insert into public.mls_listing_documents (listing_id, document_type_id, storage_path, file_name, mime_type)
  select l.id, c.id, format('%s/%s.pdf', l.id, lower(type_code)), lower(type_code) || '.pdf', 'application/pdf'
  from public.mls_listings l
  join public.mls_document_type_config c on c.tenant_id = l.tenant_id and c.code = type_code
  where l.id = target
  returning id into document;
  perform pg_temp.manager_cy();
  perform public.review_document(document, 'APPROVED');
end $$;

create function pg_temp.approve(target uuid, type_code text) returns void
language plpgsql as $$
declare
  approval uuid;
begin
  perform pg_temp.broker_cy();
  approval := (public.request_approval(target, type_code)).id;
  perform pg_temp.manager_cy();
  perform public.decide_approval(approval, 'APPROVED');
end $$;

create function pg_temp.do_steps(target uuid, of_stage public.mls_listing_status) returns void
language plpgsql as $$
begin
  perform pg_temp.broker_cy();
  perform public.complete_checklist_item(i.id)
  from public.mls_listing_checklist_items i
  join public.mls_checklist_templates t on t.id = i.template_id
  where i.listing_id = target and t.stage = of_stage and t.role = 'BROKER';
end $$;

-- a broker takes a listing as far as a stage, with all that the stages before it ask for
create function pg_temp.bring_to(target uuid, stage public.mls_listing_status) returns void
language plpgsql as $$
begin
  perform pg_temp.broker_cy();
  perform public.claim_listing(target);
  perform pg_temp.do_steps(target, 'DRAFT');
  if stage > 'DRAFT' then
    perform public.advance_listing(target);
  end if;
  if stage > 'PENDING_DUE_DILIGENCE' then
    perform pg_temp.do_steps(target, 'PENDING_DUE_DILIGENCE');
    perform pg_temp.file_document(target, case when x_sm_title_deeds then 'TITLE_DEED' else 'CONTRACT_OF_SALE' end)
    from public.mls_listings where id = target;
    perform pg_temp.approve(target, 'DUE_DILIGENCE');
    perform public.advance_listing(target);
  end if;
  if stage > 'AGREEMENT_PENDING' then
    perform pg_temp.do_steps(target, 'AGREEMENT_PENDING');
    perform pg_temp.file_document(target, 'LISTING_AGREEMENT');
    perform public.advance_listing(target);
  end if;
  if stage > 'PHOTOS_PENDING' then
    perform pg_temp.do_steps(target, 'PHOTOS_PENDING');
    perform public.advance_listing(target);
  end if;
  if stage > 'MARKETING_REVIEW' then
    perform pg_temp.do_steps(target, 'MARKETING_REVIEW');
    perform pg_temp.approve(target, 'MARKETING');
    perform pg_temp.broker_cy();
    perform public.publish(target);
  end if;
end $$;

do $$
declare
  home record;
  approval uuid;
begin
  -- homes on the market with all that a publication asks for; every third of them, so that towns and kinds mix
  for home in
    select c.id, row_number() over (order by c.seq) as n
    from (
      select l.id, l.seq, row_number() over (order by l.seq) as place
      from public.mls_listings l
      join public.mls_tenants t on t.id = l.tenant_id and t.code = 'CY'
      where l.claimed_at is null and l.status = 'INGESTED' and l.source_standard_status = 'Active' and not l.origin_deleted
        and l.property_type in ('Residential', 'ResidentialLease') and l.sibling_listing_id is null
        and not coalesce(l.x_sm_excluded_from_marketing, false) and l.latitude is not null
        and cardinality(mls.missing_fields(l)) = 0 and mls.guard_has_photo(l, null) and mls.guard_has_description(l, null)
    ) c
    where c.place % 3 = 0
    order by c.seq limit 46
  loop
    case
      when home.n <= 28 then
        perform pg_temp.bring_to(home.id, 'PUBLISHED');
      when home.n <= 32 then
        perform pg_temp.bring_to(home.id, 'PUBLISHED');
        perform pg_temp.broker_cy();
        perform public.advance_listing(home.id, 'UNDER_OFFER', 'Offer accepted');
        if home.n > 30 then
          perform pg_temp.manager_cy();
          perform public.advance_listing(home.id, 'SOLD', 'Contract signed, deposit received');
        end if;
      when home.n <= 34 then
        perform pg_temp.bring_to(home.id, 'PUBLISHED');
        perform pg_temp.broker_cy();
        perform public.withdraw(home.id, 'The owner keeps the property');
      when home.n <= 37 then
        perform pg_temp.bring_to(home.id, 'DRAFT');
      when home.n <= 39 then
        perform pg_temp.bring_to(home.id, 'PENDING_DUE_DILIGENCE');
        perform pg_temp.broker_cy();
        perform public.request_approval(home.id, 'DUE_DILIGENCE', 'Report and deeds are in the folder.');
      when home.n <= 40 then
        perform pg_temp.bring_to(home.id, 'AGREEMENT_PENDING');
      when home.n <= 41 then
        perform pg_temp.bring_to(home.id, 'PHOTOS_PENDING');
      when home.n <= 43 then
        -- ready: the broker needs only to publish
        perform pg_temp.bring_to(home.id, 'MARKETING_REVIEW');
        perform pg_temp.approve(home.id, 'MARKETING');
      when home.n <= 44 then
        perform pg_temp.bring_to(home.id, 'MARKETING_REVIEW');
        perform pg_temp.broker_cy();
        approval := (public.request_approval(home.id, 'MARKETING')).id;
        perform pg_temp.manager_cy();
        perform public.decide_approval(approval, 'REJECTED', 'The main photo is too dark.');
        perform public.return_listing(home.id, 'New photos are needed');
      else
        -- published on behalf of the source, unclaimed
        perform pg_temp.manager_cy();
        perform public.publish(home.id);
    end case;
  end loop;

  for home in
    select l.id from public.mls_listings l
    join public.mls_tenants t on t.id = l.tenant_id and t.code = 'HU'
    where l.claimed_at is null and l.status = 'INGESTED' order by l.seq limit 2
  loop
    perform pg_temp.broker_hu();
    perform public.claim_listing(home.id);
  end loop;
  perform set_config('request.jwt.claims', '', true);
  perform set_config('mls.change_reason', '', true);
end $$;
