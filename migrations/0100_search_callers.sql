-- Who searches: API clients as they read OData; users, as a client of their own market would; visitors of a website.

-- ===== users =====

-- ----- mls.user_reading_context(uuid, uuid) -----
create function mls.user_reading_context(user_id uuid, tenant_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  office_keys jsonb;
  payload text;
begin
  select coalesce(jsonb_agg(o.office_key order by o.office_key), '[]') into office_keys
  from public.mls_offices o
  where o.is_market and o.tenant_id = user_reading_context.tenant_id;

  payload := translate(encode(convert_to(jsonb_build_object(
    'client_id', 'user:' || user_reading_context.user_id,
    'offices', office_keys,
    'grants', '[]'::jsonb,
    'published_only', false,
    'exp', extract(epoch from now() + interval '10 minutes')::bigint
  )::text, 'UTF8'), 'base64'), E'+/=\n', '-_');

  return jsonb_build_object(
    'client_id', 'user:' || user_reading_context.user_id,
    'scopes', '["odata"]'::jsonb,
    'offices', office_keys,
    'aliases', mls.aliases_of_offices(array(select jsonb_array_elements_text(office_keys))),
    'grants', '[]'::jsonb,
    'edits', '[]'::jsonb,
    'profile', 'gold',
    'top_means', 'rows',
    'stamps', 'microseconds',
    'api_visibility', 'all',
    'rate_limit_per_minute', 600,
    'claims', payload || '.' || mls.api_claims_signature(payload)
  );
end $$;
comment on function mls.user_reading_context(uuid, uuid) is
  'What a user reads of what is served: the own market, as an API client of profile gold without grants would. In the shape of mls.api_client_context(). The caller has verified user and market.';
grant execute on function mls.user_reading_context(uuid, uuid) to service_role;

-- ===== visitors =====

-- ----- mls.website_search: the rows of listings_public under RESO names, decimals in their smallest unit -----
-- Filters of OData compile to them as they do to the served rows. The key is the id, the only one that websites are told.
create table mls.website_search (
  record_id uuid primary key references mls.website_listings (id) on delete cascade,
  seq bigint generated always as identity,
  market text not null,
  stamp bigint not null,
  words tsvector not null,
  photos jsonb not null,
  "ModificationTimestamp" timestamptz not null,
  "ListingKey" text not null,
  "ListingId" text,
  "StandardStatus" text,
  "PropertyType" text,
  "PropertySubType" text,
  "X_PropertyName" text,
  "PublicRemarks" text,
  "ListPrice" bigint,
  "LeaseAmount" bigint,
  "LeaseAmountFrequency" text,
  "ListPriceCurrencyCode" text,
  "UnparsedAddress" text,
  "City" text,
  "StateOrProvince" text,
  "PostalCode" text,
  "Country" text,
  "Latitude" double precision,
  "Longitude" double precision,
  "BedroomsTotal" integer,
  "BathroomsTotalInteger" integer,
  "LivingArea" bigint,
  "LotSizeSquareFeet" bigint,
  "YearBuilt" integer,
  "PhotosCount" integer,
  geo_cell bigint generated always as (mls.geo_cell("Latitude", "Longitude")) stored
);
comment on table mls.website_search is
  'What the publishable key alone searches: listings_public in the shape of the served rows. Written by a trigger of mls.website_listings.';
create unique index website_search_seq on mls.website_search (seq);
create unique index website_search_key on mls.website_search ("ListingKey");
create index website_search_price on mls.website_search ("ListPrice", seq);
create index website_search_place on mls.website_search (geo_cell);
create index website_search_words on mls.website_search using gin (words);
alter table mls.website_search enable row level security;
alter table mls.website_search force row level security;
grant select on mls.website_search to mls_api_read, service_role;
-- what anybody may read needs no claims
create policy everybody_reads on mls.website_search for select to mls_api_read using (true);

-- ----- mls.follow_website(): row trigger -----
create function mls.follow_website() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.website_search as s (record_id, market, stamp, words, photos, "ModificationTimestamp", "ListingKey", "ListingId",
    "StandardStatus", "PropertyType", "PropertySubType", "X_PropertyName", "PublicRemarks", "ListPrice", "LeaseAmount",
    "LeaseAmountFrequency", "ListPriceCurrencyCode", "UnparsedAddress", "City", "StateOrProvince", "PostalCode", "Country",
    "Latitude", "Longitude", "BedroomsTotal", "BathroomsTotalInteger", "LivingArea", "LotSizeSquareFeet", "YearBuilt", "PhotosCount")
  values (new.id, new.market, (extract(epoch from new.updated_at) * 1000000)::bigint,
    mls.search_words(concat_ws(' ǀ ', new.id::text, new.ref, new.city, new.state, new.street, new.property_subtype, new.name,
      new.description)),
    new.photos, new.updated_at, new.id::text, new.ref,
    case new.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending' when 'SOLD' then 'Closed' else 'Withdrawn' end,
    new.property_type, new.property_subtype, new.name, new.description, (new.price * 100)::bigint, (new.rent * 100)::bigint,
    new.rent_frequency, new.currency_code, new.street, new.city, new.state, new.post_code, new.country, new.latitude, new.longitude,
    new.bedrooms, new.bathrooms, (new.living_area * 100)::bigint, (new.lot_size * 100)::bigint, new.year_built,
    jsonb_array_length(new.photos))
  on conflict (record_id) do update set
    (market, stamp, words, photos, "ModificationTimestamp", "ListingId", "StandardStatus", "PropertyType", "PropertySubType",
      "X_PropertyName", "PublicRemarks", "ListPrice", "LeaseAmount", "LeaseAmountFrequency", "ListPriceCurrencyCode",
      "UnparsedAddress", "City", "StateOrProvince", "PostalCode", "Country", "Latitude", "Longitude", "BedroomsTotal",
      "BathroomsTotalInteger", "LivingArea", "LotSizeSquareFeet", "YearBuilt", "PhotosCount")
    = (excluded.market, excluded.stamp, excluded.words, excluded.photos, excluded."ModificationTimestamp", excluded."ListingId",
      excluded."StandardStatus", excluded."PropertyType", excluded."PropertySubType", excluded."X_PropertyName",
      excluded."PublicRemarks", excluded."ListPrice", excluded."LeaseAmount", excluded."LeaseAmountFrequency",
      excluded."ListPriceCurrencyCode", excluded."UnparsedAddress", excluded."City", excluded."StateOrProvince",
      excluded."PostalCode", excluded."Country", excluded."Latitude", excluded."Longitude", excluded."BedroomsTotal",
      excluded."BathroomsTotalInteger", excluded."LivingArea", excluded."LotSizeSquareFeet", excluded."YearBuilt", excluded."PhotosCount");
  return null;
end $$;
comment on function mls.follow_website() is 'Row trigger: what a website shows becomes searchable with it.';
create trigger search after insert or update on mls.website_listings for each row execute function mls.follow_website();

-- ===== what callers may use =====
-- The property API reads listings as the user, and served rows as the client, by id or key and by words.
grant execute on function mls.try_uuid(text) to mls_api_read;
grant execute on function mls.search_text(text), mls.search_words(text), mls.search_term(text, text) to authenticated;
