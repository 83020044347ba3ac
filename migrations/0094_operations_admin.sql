-- What operators change without SQL: markets, API clients, schedules, settings; what they looked at as somebody else; and
-- what was used. The door is F/admin. Every function takes the caller as {operator, tenant_id?}: with tenant_id the
-- administrator of that market, who reaches nothing else.

-- ===== log =====

-- ----- mls_admin_actions: who changed what through the admin door, and who looked as whom -----
create table public.mls_admin_actions (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  operator text not null,
  tenant_id uuid references public.mls_tenants (id),
  action text not null,
  target text not null,
  details jsonb not null default '{}'
);
comment on table public.mls_admin_actions is
  'What operators did through the admin door. operator: an API client, secret:<name of the key> or user:<uuid>. Secrets never stand here. Append-only, kept as the audit is.';
create index mls_admin_actions_tenant on public.mls_admin_actions (tenant_id, id);
create index mls_admin_actions_at on public.mls_admin_actions (at);
alter table public.mls_admin_actions enable row level security;
alter table public.mls_admin_actions force row level security;
-- only the retention deletes
grant select, insert, delete on public.mls_admin_actions to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason)
values ('public.mls_admin_actions', 'at', '5 years', null, 'Audit logs.');

-- ----- mls.note_action(jsonb, text, text, jsonb, uuid) -----
create function mls.note_action(context jsonb, action text, target text, details jsonb default '{}', market uuid default null) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_admin_actions (operator, tenant_id, action, target, details)
  values (context ->> 'operator', coalesce(market, (context ->> 'tenant_id')::uuid), action, target, details)
$$;
comment on function mls.note_action(jsonb, text, text, jsonb, uuid) is 'Writes down what an operator did.';

-- ----- mls.admin_actions(jsonb, jsonb) -----
create function mls.admin_actions(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select mls.list_page('actions', jsonb_agg(to_jsonb(a) - 'tenant_id' order by a.id desc), mls.page_size(request))
  from (
    select x.*, t.code as market from public.mls_admin_actions x left join public.mls_tenants t on t.id = x.tenant_id
    where (not context ? 'tenant_id' or x.tenant_id = (context ->> 'tenant_id')::uuid)
      and (request ->> 'before' is null or x.id < (request ->> 'before')::bigint)
    order by x.id desc limit mls.page_size(request)
  ) a
$$;
comment on function mls.admin_actions(jsonb, jsonb) is 'What operators did, newest first: {before? (an id), limit?}.';

-- ===== markets =====

-- ----- mls.add_workflow(uuid) -----
create function mls.add_workflow(market uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.mls_status_transitions (tenant_id, from_status, to_status, kind, guards, min_scope, reason_required)
  select t.id, s.from_status::public.mls_listing_status, s.to_status::public.mls_listing_status, s.kind, s.guards::text[], s.min_scope, s.reason_required
  from (select market as id) t
  cross join (values
    ('DRAFT', 'PENDING_DUE_DILIGENCE', 'advance', '{required_fields}', 'self', false),
    ('PENDING_DUE_DILIGENCE', 'AGREEMENT_PENDING', 'advance', '{approved:DUE_DILIGENCE,documents,steps}', 'self', false),
    ('AGREEMENT_PENDING', 'PHOTOS_PENDING', 'advance', '{documents,steps}', 'self', false),
    ('PHOTOS_PENDING', 'MARKETING_REVIEW', 'advance', '{has_photo,has_description,steps}', 'self', false),
    ('MARKETING_REVIEW', 'PUBLISHED', 'publish', '{required_fields,has_photo,has_description,approved:MARKETING,required_approvals}', 'self', false),
    ('PENDING_DUE_DILIGENCE', 'DRAFT', 'return', '{}', 'self', true),
    ('AGREEMENT_PENDING', 'PENDING_DUE_DILIGENCE', 'return', '{}', 'self', true),
    ('PHOTOS_PENDING', 'AGREEMENT_PENDING', 'return', '{}', 'self', true),
    ('MARKETING_REVIEW', 'PHOTOS_PENDING', 'return', '{}', 'self', true),
    ('INGESTED', 'PUBLISHED', 'publish', '{origin_present,required_fields,has_photo,has_description}', 'team', false),
    ('PUBLISHED', 'UNDER_OFFER', 'advance', '{}', 'self', false),
    ('UNDER_OFFER', 'SOLD', 'advance', '{}', 'team', false),
    ('PUBLISHED', 'SOLD', 'advance', '{}', 'team', false),
    ('UNDER_OFFER', 'PUBLISHED', 'return', '{}', 'self', true),
    ('WITHDRAWN', 'PUBLISHED', 'publish', '{origin_present,required_fields,has_photo,has_description}', 'team', true),
    ('WITHDRAWN', 'DRAFT', 'return', '{}', 'team', true),
    ('SOLD', 'PUBLISHED', 'return', '{}', 'org_admin', true),
    ('INGESTED', 'WITHDRAWN', 'withdraw', '{}', 'team', true),
    ('DRAFT', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
    ('PENDING_DUE_DILIGENCE', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
    ('AGREEMENT_PENDING', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
    ('PHOTOS_PENDING', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
    ('MARKETING_REVIEW', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
    ('PUBLISHED', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
    ('UNDER_OFFER', 'WITHDRAWN', 'withdraw', '{}', 'self', true)
  ) s (from_status, to_status, kind, guards, min_scope, reason_required)
  on conflict (tenant_id, from_status, to_status) do nothing;

  insert into public.mls_approval_rules (tenant_id, approval_type, min_scope)
  select t.id, a.approval_type, a.min_scope
  from (select market as id) t
  cross join (values ('DUE_DILIGENCE', 'team'), ('MARKETING', 'team'), ('MANAGEMENT', 'team'), ('PRICE_CHANGE', 'team')) a (approval_type, min_scope)
  on conflict (tenant_id, approval_type) do nothing;

  insert into public.mls_document_type_config (tenant_id, code, name, condition, stage, property_types, is_required, sort_order)
  select t.id, d.code, d.name, d.condition, d.stage::public.mls_listing_status, '{}', d.is_required, d.sort_order
  from (select market as id) t
  cross join (values
    ('TITLE_DEED', 'Title deed', 'WITH_TITLE_DEED', 'PENDING_DUE_DILIGENCE', true, 1),
    ('PLANS', 'Plans', 'ALWAYS', 'PENDING_DUE_DILIGENCE', false, 2),
    ('CONTRACT_OF_SALE', 'Contract of sale with attachments', 'WITHOUT_TITLE_DEED', 'PENDING_DUE_DILIGENCE', true, 3),
    ('LAND_TITLE_DEED', 'Title deed of the land', 'LAND', 'PENDING_DUE_DILIGENCE', false, 4),
    ('BUILDING_PERMIT', 'Building permit with approved plans', 'WITHOUT_TITLE_DEED', 'PENDING_DUE_DILIGENCE', false, 5),
    ('CERTIFICATE_OF_APPROVAL', 'Certificate of final approval', 'WITHOUT_TITLE_DEED', 'PENDING_DUE_DILIGENCE', false, 6),
    ('OWNER_ID', 'Identity document of the owner', 'ALWAYS', 'PENDING_DUE_DILIGENCE', false, 7),
    ('LISTING_AGREEMENT', 'Signed listing agreement', 'ALWAYS', 'AGREEMENT_PENDING', true, 8),
    ('VIEWING_CONFIRMATION', 'Viewing confirmation', 'ALWAYS', 'PUBLISHED', false, 9)
  ) d (code, name, condition, stage, is_required, sort_order)
  on conflict (tenant_id, code) do nothing;

  insert into public.mls_checklist_templates (tenant_id, role, step_number, title, stage, is_required, due_days)
  select t.id, s.role, s.step_number, s.title, s.stage::public.mls_listing_status, s.is_required, s.due_days
  from (select market as id) t
  cross join (values
    ('BROKER', 1, 'Arrange an appointment with the seller', 'DRAFT', false, 2),
    ('BROKER', 2, 'Present the services of the company', 'DRAFT', false, 5),
    ('BROKER', 3, 'Write the due diligence report', 'PENDING_DUE_DILIGENCE', false, 7),
    ('BROKER', 4, 'Obtain title deeds and permits', 'PENDING_DUE_DILIGENCE', true, 10),
    ('BROKER', 5, 'Hand over title deeds and permits internally', 'PENDING_DUE_DILIGENCE', false, 11),
    ('BROKER', 6, 'Write the valuation report', 'PENDING_DUE_DILIGENCE', false, 12),
    ('BROKER', 7, 'Get the approval of the management', 'PENDING_DUE_DILIGENCE', false, 14),
    ('BROKER', 8, 'Prepare the listing agreement', 'AGREEMENT_PENDING', false, 15),
    ('BROKER', 9, 'Send the agreement with the commission to the seller', 'AGREEMENT_PENDING', false, 16),
    ('BROKER', 10, 'Agree on the same price everywhere', 'AGREEMENT_PENDING', false, 16),
    ('BROKER', 11, 'Collect the signatures of all owners and of the company', 'AGREEMENT_PENDING', false, 21),
    ('BROKER', 12, 'Fill in the property checklist', 'PHOTOS_PENDING', true, 22),
    ('BROKER', 13, 'Take photos and videos of your own', 'PHOTOS_PENDING', false, 22),
    ('BROKER', 14, 'Upload the signed agreement', 'AGREEMENT_PENDING', true, 22),
    ('BROKER', 15, 'Pass the agreement to finance', 'AGREEMENT_PENDING', false, 23),
    ('BROKER', 16, 'Arrange the photo shoot', 'PHOTOS_PENDING', false, 25),
    ('BROKER', 17, 'Invite the sales team to see the property', 'PHOTOS_PENDING', false, 26),
    ('BROKER', 18, 'Publish stories in social media', 'PHOTOS_PENDING', false, 27),
    ('BROKER', 19, 'Hand checklist, photos and text to marketing', 'PHOTOS_PENDING', false, 28),
    ('BROKER', 20, 'Present the property at the listing meeting (every second Wednesday)', 'MARKETING_REVIEW', false, 30),
    ('BROKER', 21, 'Call the seller every month after the report', 'PUBLISHED', false, 60),
    ('BROKER', 22, 'Record the call and plan the next one', 'PUBLISHED', false, 60),
    ('BROKER', 23, 'Register viewings', 'PUBLISHED', false, null),
    ('BROKER', 24, 'Confirm viewings with the seller', 'PUBLISHED', false, null),
    ('BROKER', 25, 'Get viewing requests in writing', 'PUBLISHED', false, null),
    ('BROKER', 26, 'Have the viewing confirmation signed', 'PUBLISHED', false, null),
    ('BROKER', 27, 'File the viewing form', 'PUBLISHED', false, null),
    ('BROKER', 28, 'See that the invoice is issued', 'UNDER_OFFER', false, null),
    ('BROKER', 29, 'Follow up the payment', 'UNDER_OFFER', false, null),
    ('MARKETING', 1, 'Receive checklist and text', 'PHOTOS_PENDING', false, 28),
    ('MARKETING', 2, 'Receive the pictures', 'PHOTOS_PENDING', false, 28),
    ('MARKETING', 3, 'Add the property to the CRM', 'MARKETING_REVIEW', false, 30),
    ('MARKETING', 4, 'Add the property to the website of the market', 'MARKETING_REVIEW', false, 35),
    ('MARKETING', 5, 'Add the property to the global website and the portals', 'MARKETING_REVIEW', false, 35),
    ('MARKETING', 6, 'Set up the listing report', 'PUBLISHED', false, 37),
    ('MARKETING', 7, 'Set up the marketing schedule', 'PUBLISHED', false, 37),
    ('MARKETING', 8, 'Register appointments', 'PUBLISHED', false, null),
    ('MARKETING', 9, 'Scan viewing confirmations', 'PUBLISHED', false, null),
    ('MARKETING', 10, 'Pass a paper copy to finance', 'PUBLISHED', false, null),
    ('FINANCE', 1, 'File the agreement', 'PHOTOS_PENDING', false, 24),
    ('FINANCE', 2, 'Enter the agreement in the registry', 'PHOTOS_PENDING', false, 24),
    ('FINANCE', 3, 'Approve the expense of the photo shoot', 'PHOTOS_PENDING', false, 25),
    ('FINANCE', 4, 'File the viewing confirmation', 'PUBLISHED', false, null),
    ('FINANCE', 5, 'Issue the invoice', 'UNDER_OFFER', false, null)
  ) s (role, step_number, title, stage, is_required, due_days)
  on conflict (tenant_id, role, step_number) do nothing;
end $$;
comment on function mls.add_workflow(uuid) is
  'Gives a market the workflow that every market begins with: transitions, approvals, document types, checklists. May be repeated: rows that are there stay as its administrators left them.';
grant execute on function mls.add_workflow(uuid) to service_role;

-- ----- mls.market_of(text, jsonb) -----
create function mls.market_of(code text, context jsonb) returns public.mls_tenants
language sql stable set search_path = ''
as $$
  select t from public.mls_tenants t
  where t.code = market_of.code and (not context ? 'tenant_id' or t.id = (context ->> 'tenant_id')::uuid)
$$;
comment on function mls.market_of(text, jsonb) is 'A market that the operator reaches; null for another.';

-- ----- mls.admin_markets(text, jsonb) -----
create function mls.admin_markets(code text, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', t.code, 'name', t.name, 'country', t.country, 'currency', t.currency_code, 'api_visibility', t.api_visibility, 'settings', t.settings,
    'offices', coalesce((
      select jsonb_agg(jsonb_build_object('key', o.office_key, 'name', o.name, 'aliases', to_jsonb(o.aliases), 'origin_system', o.origin_system,
        'currency', o.currency_code, 'shrink_threshold', o.shrink_threshold) order by o.office_key)
      from public.mls_offices o where o.tenant_id = t.id and o.is_market), '[]')) order by t.code), '[]')
  from public.mls_tenants t
  where (admin_markets.code is null or t.code = admin_markets.code)
    and (not context ? 'tenant_id' or t.id = (context ->> 'tenant_id')::uuid)
$$;
comment on function mls.admin_markets(text, jsonb) is 'Markets that the operator reaches, with their offices.';

-- ----- mls.list_markets(jsonb) -----
create function mls.list_markets(context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$ select jsonb_build_object('status', 200, 'answer', jsonb_build_object('markets', mls.admin_markets(null, context))) $$;
comment on function mls.list_markets(jsonb) is 'Markets that the operator reaches, as GET /admin/markets answers them.';

-- ----- mls.add_market(jsonb, jsonb) -----
create function mls.add_market(request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office jsonb := request -> 'office';
  names text[] := array[office ->> 'key'] || array(select jsonb_array_elements_text(coalesce(office -> 'aliases', '[]')));
  taken text;
  market uuid;
begin
  if not exists (select from mls.origin_systems s where s.code = office ->> 'origin_system' and s.is_external) then
    return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'target', 'office.origin_system', 'detail',
      format('office.origin_system is one of %s.', (select string_agg(s.code, ', ' order by s.code) from mls.origin_systems s where s.is_external)));
  end if;
  select 'The market ' || t.code into taken from public.mls_tenants t where t.code = request ->> 'code';
  taken := coalesce(taken, (select 'The office ' || o.office_key from public.mls_offices o
    where o.office_key = any (names) or (o.is_market and o.aliases && names) limit 1));
  if taken is not null then
    return jsonb_build_object('status', 409, 'code', 'conflict', 'detail', taken || ' exists.');
  end if;
  insert into public.mls_tenants (code, name, country, currency_code, settings)
  values (request ->> 'code', request ->> 'name', coalesce(request ->> 'country',
    case when request ->> 'code' ~ '^[A-Z]{2}$' then request ->> 'code' else left(request ->> 'currency', 2) end),
    request ->> 'currency', coalesce(request -> 'settings', '{}'))
  returning id into market;
  insert into public.mls_offices (tenant_id, office_key, originating_office_key, is_market, aliases, origin_system, currency_code, name, status, type, country)
  select market, office ->> 'key', office ->> 'key', true, names[2:], office ->> 'origin_system', t.currency_code,
    coalesce(office ->> 'name', t.name), 'Active', 'MLS', t.country
  from public.mls_tenants t where t.id = market;
  perform mls.add_workflow(market);
  perform mls.note_action(context, 'market.add', request ->> 'code', request, market);
  return jsonb_build_object('status', 201, 'answer', mls.admin_markets(request ->> 'code', '{}') -> 0);
exception when unique_violation then
  return jsonb_build_object('status', 409, 'code', 'conflict', 'detail', 'The market or the office exists.');
when check_violation then
  return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'detail', format('The market cannot be set up like this: %s.', sqlerrm));
end $$;
comment on function mls.add_market(jsonb, jsonb) is
  'Sets up a market {code, name, currency, country?, settings?, office: {key, origin_system, name?, aliases?}}: tenant, market office and the workflow that every market begins with. country is the code where that has two letters, else the first two of the currency. 409 conflict where the code or the office is taken.';

-- ----- mls.change_market(text, jsonb, jsonb) -----
create function mls.change_market(code text, request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  market public.mls_tenants := mls.market_of(code, context);
  office jsonb := request -> 'office';
  names text[] := case when office ? 'aliases' then array(select jsonb_array_elements_text(office -> 'aliases')) end;
begin
  if market.id is null then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such market that you administer.');
  elsif context ? 'tenant_id' and (request ? 'currency' or office ? 'aliases') then
    return jsonb_build_object('status', 403, 'code', 'forbidden', 'detail', 'The currency and the names of offices are for operators of the whole hub.');
  end if;
  if exists (select from public.mls_offices o where o.is_market and o.office_key <> office ->> 'key'
    and (o.office_key = any (names) or o.aliases && names)) then
    return jsonb_build_object('status', 409, 'code', 'conflict', 'detail', 'Another office has one of these names.');
  end if;
  update public.mls_tenants t set
    name = coalesce(request ->> 'name', t.name), currency_code = coalesce(request ->> 'currency', t.currency_code),
    api_visibility = coalesce(request ->> 'api_visibility', t.api_visibility), settings = coalesce(request -> 'settings', t.settings)
  where t.id = market.id;
  if office is not null then
    update public.mls_offices o set
      name = coalesce(office ->> 'name', o.name), shrink_threshold = coalesce((office ->> 'shrink_threshold')::double precision, o.shrink_threshold),
      aliases = coalesce(names, o.aliases)
    where o.tenant_id = market.id and o.is_market and o.office_key = office ->> 'key';
    if not found then
      return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'target', 'office.key', 'detail', 'The market has no such office.');
    end if;
  end if;
  perform mls.note_action(context, 'market.change', code, request, market.id);
  return jsonb_build_object('status', 200, 'answer', mls.admin_markets(code, context) -> 0);
exception when check_violation then
  return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'detail', format('The market cannot be set up like this: %s.', sqlerrm));
end $$;
comment on function mls.change_market(text, jsonb, jsonb) is
  'Changes a market {name, currency, api_visibility, settings, office: {key, name, aliases, shrink_threshold}}; what is left out stays. Administrators of the market change neither currency nor aliases.';
grant execute on function mls.admin_actions(jsonb, jsonb), mls.list_markets(jsonb), mls.add_market(jsonb, jsonb),
  mls.change_market(text, jsonb, jsonb) to service_role;
