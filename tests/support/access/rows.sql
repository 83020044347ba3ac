-- A claimed listing of Cyprus with a row in every table that hangs on it, made through the hub's own functions.
select public.ingest_listing('{"ListingKey": "QOBRIX_matrix", "ListingId": "M1", "OriginatingSystemOfficeKey": "SHARPSIR-CY-001",
  "City": "Limassol", "ListPrice": "100.00", "StandardStatus": "Active"}');
select public.ingest_listing_media('{"MediaKey": "QOBRIX_MEDIA_m", "ResourceRecordKey": "QOBRIX_matrix", "MediaCategory": "Photo",
  "MediaURL": "https://media.example.com/1.jpg", "OriginatingSystemOfficeKey": "SHARPSIR-CY-001"}');
select public.ingest_contact('{"ContactKey": "QOBRIX_CONTACT_m", "ContactLastName": "Owner", "OriginatingSystemOfficeKey": "SHARPSIR-CY-001"}');

select set_config('request.jwt.claims', jsonb_build_object('sub', 'b0000000-0000-4000-8000-000000000001', 'active_scope', 'self',
  'crud', 'crud', 'uoi', id)::text, true) from public.mls_tenants where code = 'CY';
select public.claim_listing(id) from public.mls_listings;
select public.request_approval(id, 'MANAGEMENT') from public.mls_listings;
select public.change_price(id, 110) from public.mls_listings;
insert into storage.objects (bucket_id, name) select 'mls-documents', id || '/x' from public.mls_listings;
insert into public.mls_listing_documents (listing_id, document_type_id, storage_path, file_name)
select l.id, t.id, l.id || '/a.pdf', 'a.pdf' from public.mls_listings l join public.mls_document_type_config t on t.tenant_id = l.tenant_id limit 1;
insert into public.mls_listing_contact_roles (listing_id, contact_id, role) select l.id, c.id, 'OWNER' from public.mls_listings l, public.mls_contacts c;
insert into public.mls_listing_remarks (listing_id, language, remark_type, remark) select id, 'en', 'TITLE', 'Text' from public.mls_listings;
insert into public.mls_listing_tasks (listing_id, title) select id, 'Call' from public.mls_listings;
insert into public.mls_listing_notes (listing_id, body) select id, 'Note' from public.mls_listings;
insert into public.mls_developments (name) values ('Marina');
insert into public.mls_development_buildings (development_id, name) select id, 'A' from public.mls_developments;
insert into public.mls_media_files (tenant_id, sha256, bytes, mime_type)
select tenant_id, repeat('a', 64), 1, 'image/jpeg' from public.mls_listings;
insert into public.mls_listing_media (listing_id, tenant_id, resource_record_key, originating_office_key, media_key, origin_system, media_url, file_sha256)
select id, tenant_id, origin_key, originating_office_key, 'MANUAL_MEDIA_m', 'MANUAL', 'https://media.example.com/2.jpg', repeat('a', 64) from public.mls_listings;
insert into public.mls_listing_syndications (listing_id, portal_id)
select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id where p.code = 'FACEBOOK';
insert into public.mls_delivery_history (tenant_id, listing_id, portal_id, outcome, first_at)
select s.tenant_id, s.listing_id, s.portal_id, 'sent', now() from public.mls_listing_syndications s;
insert into public.mls_members (tenant_id, origin_member_key, originating_office_key)
select tenant_id, 'matrix', originating_office_key from public.mls_listings;
insert into public.mls_showings (tenant_id, originating_office_key, listing_id, origin_showing_key)
select tenant_id, originating_office_key, id, 'matrix' from public.mls_listings;
insert into public.mls_open_houses (tenant_id, originating_office_key, listing_id, listing_key, origin_open_house_key)
select tenant_id, originating_office_key, id, origin_key, 'matrix' from public.mls_listings;
insert into public.mls_property_rooms (tenant_id, originating_office_key, listing_id, listing_key, origin_room_key)
select tenant_id, originating_office_key, id, origin_key, 'matrix' from public.mls_listings;
insert into public.mls_property_unit_types (tenant_id, originating_office_key, listing_id, listing_key, origin_unit_type_key)
select tenant_id, originating_office_key, id, origin_key, 'matrix' from public.mls_listings;
insert into public.mls_teams (tenant_id, originating_office_key, origin_team_key)
select tenant_id, originating_office_key, 'matrix' from public.mls_listings;
insert into public.mls_team_members (tenant_id, originating_office_key, origin_team_member_key)
select tenant_id, originating_office_key, 'matrix' from public.mls_listings;
insert into public.mls_contacts (last_name) values ('Mine');
insert into public.mls_user_access (user_id, tenant_id, crud)
select 'b0000000-0000-4000-8000-000000000001', tenant_id, 'cru' from public.mls_listings;
insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode)
select 'databricks', 'QOBRIX', originating_office_key, tenant_id, 'property', 'DELTA' from public.mls_listings;

-- One that nobody has claimed, and one that is on the website.
select public.ingest_listing('{"ListingKey": "QOBRIX_inbox", "ListingId": "M2", "OriginatingSystemOfficeKey": "SHARPSIR-CY-001"}');
select public.ingest_listing('{"ListingKey": "QOBRIX_website", "ListingId": "M3", "OriginatingSystemOfficeKey": "SHARPSIR-CY-001"}');
update public.mls_listings set status = 'PUBLISHED' where origin_key = 'QOBRIX_website';
update public.mls_tenants set settings = '{"show_reso_compatibility": true}' where code = 'CY';

-- A source with a run, an error, a day of use and a file.
insert into public.mls_sources (id, tenant_id, office_key, code, name, provider, settings, key_prefix)
select 'b0000000-0000-4000-8000-00000000a001', t.id, 'SHARPSIR-CY-001', 'MATRIX', 'Matrix', 'MOCK', '{"listings": 1}', 'MATRIX_' from public.mls_tenants t where t.code = 'CY';
insert into public.mls_source_mappings (source_id, version) select s.id, 1 from public.mls_sources s;
insert into public.mls_source_runs (id, source_id, tenant_id, mode, trigger, status, finished_at)
select 'b0000000-0000-4000-8000-00000000a002', s.id, s.tenant_id, 'FULL', 'person', 'finished', now() from public.mls_sources s;
insert into public.mls_source_errors (source_id, run_id, tenant_id, code, message)
select r.source_id, r.id, r.tenant_id, 'timeout', 'x' from public.mls_source_runs r;
insert into public.mls_source_usage (source_id, tenant_id, day) select s.id, s.tenant_id, current_date from public.mls_sources s;
insert into public.mls_leads (tenant_id, originating_office_key, origin_lead_key)
select o.tenant_id, o.office_key, 'LEAD_1' from public.mls_offices o where o.is_market;
insert into public.mls_source_files (source_id, tenant_id, name) select s.id, s.tenant_id, 'a.csv' from public.mls_sources s;
insert into public.mls_source_hosts (host) values ('rets.example.com:6103');

-- A search that the broker keeps, with what it found.
insert into public.mls_saved_searches (id, tenant_id, user_id, name)
select 'b0000000-0000-4000-8000-00000000a0a1', t.id, 'b0000000-0000-4000-8000-000000000001', 'x' from public.mls_tenants t where t.code = 'CY';
insert into public.mls_saved_search_matches (search_id, listing_key) values ('b0000000-0000-4000-8000-00000000a0a1', 'QOBRIX_website');
insert into public.mls_search_mails (search_id, tenant_id, user_id, keys, since)
select id, tenant_id, user_id, '{QOBRIX_website}', now() from public.mls_saved_searches;
