-- What the OData door needs of the database beyond the served tables: the key that signs page tokens, and why a record
-- is shown or not.

-- ===== page tokens =====

insert into mls.secrets (name, value) values ('skiptoken', extensions.gen_random_bytes(32));

-- ----- mls.skiptoken_key() -----
create function mls.skiptoken_key() returns bytea
language sql stable security definer set search_path = ''
as $$
  select s.value from mls.secrets s where s.name = 'skiptoken'
$$;
comment on function mls.skiptoken_key() is
  'Key of the HMAC that binds a $skiptoken to its client and query. Replacing it ends the nextLinks under way; isolates keep the old one until they end.';
grant execute on function mls.skiptoken_key() to service_role;

-- ===== explain =====

-- ----- mls.explain_record(text, text, text) -----
-- Files are shown and hidden with their listing, unless they themselves are not for outside.
create function mls.explain_record(served_table text, key_column text, record_key text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  offices constant text[] := mls.claim_offices();
  resource constant mls.resources := (select r from mls.resources r where 'served_' || r.resource = served_table);
  row_found record;
  listing record;
  listing_wanted uuid;
  rule text;
begin
  if resource.name is null then
    raise exception 'explain_record does not know %.', served_table using errcode = 'invalid_parameter_value';
  end if;
  if resource.is_restricted and not mls.claim_granted(resource.name) then
    return jsonb_build_object('rule', 'grant');
  end if;
  execute format(
    'select s.record_id, s.is_deleted, s.is_published, s.office_key, s."ModificationTimestamp" as changed from public.%I s
     where s.%I = $1 and s.office_key = any ($2) order by s.is_deleted, s.stamp desc limit 1', served_table, key_column)
    into row_found using record_key, offices;

  -- No listing for other resources; the record must have its fields all the same.
  if resource.resource = 'property' then
    listing_wanted := coalesce((select l.id from public.mls_listings l where l.origin_key = record_key), row_found.record_id);
  elsif resource.resource = 'media' then
    listing_wanted := (select m.listing_id from public.mls_listing_media m where m.media_key = record_key and m.is_servable);
  elsif resource.follows_listing and row_found.record_id is not null then
    execute format('select t.listing_id from public.%I t where t.id = $1', resource.table_name)
      into listing_wanted using row_found.record_id;
  end if;
  select l.origin_deleted, l.claimed_at is not null as is_claimed, l.first_published_at is not null as was_published,
    t.api_visibility, l.originating_office_key as office_key
  into listing
  from public.mls_listings l join public.mls_tenants t on t.id = l.tenant_id
  where l.id = listing_wanted and l.originating_office_key = any (offices);

  rule := case
    when row_found.office_key is not null and not row_found.is_deleted then
      case when row_found.is_published or not mls.claim_published_only() then 'served' else 'client_visibility' end
    when listing.office_key is not null then
      case
        when listing.origin_deleted and not listing.is_claimed then 'origin_deleted'
        when listing.api_visibility = 'published' and not listing.was_published then 'tenant_visibility'
        else 'workflow'
      end
    when row_found.office_key is not null then 'removed'
    else 'unknown'
  end;
  -- Of a draft: nobody outside can know its key, and it has no place in the workflow.
  if rule = 'workflow' and resource.follows_listing and row_found.office_key is null then
    return jsonb_build_object('rule', 'unknown');
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'rule', rule,
    'office', coalesce(row_found.office_key, listing.office_key),
    'changed', to_char(row_found.changed at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  ));
end $$;
comment on function mls.explain_record(text, text, text) is
  'Which rule shows or hides a record from the client in mls.claims: {rule, office, changed}. Records of other offices are unknown, like those that do not exist.';
grant execute on function mls.explain_record(text, text, text) to mls_api_read;
