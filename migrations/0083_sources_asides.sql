-- Asides: what a source brings beside the resources of the contract. Inquiries, projects, texts in other languages, places
-- in the taxonomies of portals. They come with the pages of a run, in their transaction; nothing is concluded from absence.

-- ----- mls_leads: inquiries of a source -----
create table public.mls_leads (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  origin_lead_key text not null,
  contact_key text,
  listing_key text,
  wish text,
  status text,
  property_type text,
  origin_created_ts timestamptz,
  origin_modified_ts timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, origin_lead_key)
);
comment on table public.mls_leads is
  'Inquiries as a source has them: who (a key of mls_contacts, no personal data here), for which listing, what is wished and how far it is. Beside mls_showings.';
create index mls_leads_contact on public.mls_leads (tenant_id, contact_key);
create index mls_leads_listing on public.mls_leads (tenant_id, listing_key);
create trigger touch before update on public.mls_leads for each row execute function mls.touch_updated_at();
alter table public.mls_leads enable row level security;
alter table public.mls_leads force row level security;
grant select on public.mls_leads to authenticated;
grant select, insert, update, delete on public.mls_leads to service_role;
create policy lead_read on public.mls_leads for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls.merge_leads(mls_sources, jsonb) -----
create function mls.merge_leads(source public.mls_sources, rows jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_leads as l
    (tenant_id, originating_office_key, origin_lead_key, contact_key, listing_key, wish, status, property_type, origin_created_ts, origin_modified_ts)
  select distinct on (r.key) source.tenant_id, source.office_key, r.key, r.contact_key, r.listing_key, r.wish, r.status, r.property_type, r.created, r.modified
  from jsonb_to_recordset(rows) r (key text, contact_key text, listing_key text, wish text, status text, property_type text, created timestamptz, modified timestamptz)
  where r.key is not null and not coalesce(mls.is_erased(r.contact_key), false)
  on conflict (tenant_id, origin_lead_key) do update set originating_office_key = excluded.originating_office_key, contact_key = excluded.contact_key,
    listing_key = excluded.listing_key, wish = excluded.wish, status = excluded.status, property_type = excluded.property_type,
    origin_created_ts = excluded.origin_created_ts, origin_modified_ts = excluded.origin_modified_ts
  where (l.contact_key, l.listing_key, l.wish, l.status, l.property_type, l.origin_modified_ts)
    is distinct from (excluded.contact_key, excluded.listing_key, excluded.wish, excluded.status, excluded.property_type, excluded.origin_modified_ts)
$$;
comment on function mls.merge_leads(public.mls_sources, jsonb) is
  'Takes inquiries of a source: [{key, contact_key?, listing_key?, wish?, status?, property_type?, created?, modified?}]; those of persons who were erased stay away.';

-- ----- mls.merge_developments(mls_sources, jsonb) -----
create function mls.merge_developments(source public.mls_sources, rows jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_developments as d
    (tenant_id, name, developer_name, city, district, country, latitude, longitude, status, completion_date, description, origin_project_key)
  select distinct on (r.key) source.tenant_id, r.name, r.developer_name, r.city, r.district, r.country, r.latitude, r.longitude, r.status, r.completion_date, r.description, r.key
  from jsonb_to_recordset(rows) r (key text, name text, developer_name text, city text, district text, country text, latitude double precision,
    longitude double precision, status text, completion_date date, description text)
  where r.key is not null and r.name is not null
  on conflict (tenant_id, origin_project_key) do update set name = excluded.name, developer_name = excluded.developer_name, city = excluded.city,
    district = excluded.district, country = excluded.country, latitude = excluded.latitude, longitude = excluded.longitude, status = excluded.status,
    completion_date = excluded.completion_date, description = excluded.description
  where (d.name, d.developer_name, d.city, d.district, d.country, d.latitude, d.longitude, d.status, d.completion_date, d.description)
    is distinct from (excluded.name, excluded.developer_name, excluded.city, excluded.district, excluded.country, excluded.latitude, excluded.longitude,
      excluded.status, excluded.completion_date, excluded.description)
$$;
comment on function mls.merge_developments(public.mls_sources, jsonb) is
  'Takes projects of a source by their key, which X_ProjectId of their listings names: [{key, name, developer_name?, city?, ...}].';

-- ----- mls.merge_remarks(mls_sources, jsonb) -----
create function mls.merge_remarks(source public.mls_sources, rows jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- what the source no longer says goes; what people wrote or locked stays
  delete from public.mls_listing_remarks m using jsonb_to_recordset(rows) r (listing_key text, language text, remark_type text, remark text), public.mls_listings l
  where l.origin_key = r.listing_key and l.originating_office_key = source.office_key and r.remark is null
    and m.listing_id = l.id and m.language = r.language and m.remark_type = r.remark_type and m.origin_system = source.provider and not m.locked;
  insert into public.mls_listing_remarks as m (tenant_id, listing_id, language, remark_type, remark, origin_system)
  select distinct on (l.id, r.language, r.remark_type) source.tenant_id, l.id, r.language, r.remark_type, r.remark, source.provider
  from jsonb_to_recordset(rows) r (listing_key text, language text, remark_type text, remark text)
  join public.mls_listings l on l.origin_key = r.listing_key and l.originating_office_key = source.office_key
  where r.remark is not null
  on conflict (listing_id, language, remark_type) do update set remark = excluded.remark
  where m.origin_system = excluded.origin_system and not m.locked and m.remark <> excluded.remark;
end $$;
comment on function mls.merge_remarks(public.mls_sources, jsonb) is
  'Takes texts of listings in other languages: [{listing_key, language, remark_type, remark}]; without a remark it is taken away. Never touches what people wrote or locked.';

-- ----- mls.merge_regions(mls_sources, jsonb) -----
create function mls.merge_regions(source public.mls_sources, rows jsonb) returns void
language sql volatile set search_path = ''
as $$
  -- the table is shared by all markets: what one of them has said, the source of another does not change
  insert into public.mls_portal_regions (format, level, name, region_id)
  select distinct on (r.format, r.name) r.format, 'city', r.name, r.region_id
  from jsonb_to_recordset(rows) r (format text, name text, region_id integer)
  where r.format in ('bayut', 'bazaraki', 'spitogatos', 'property_finder') and r.name = lower(btrim(r.name)) and r.name <> '' and r.region_id is not null
  order by r.format, r.name, r.region_id
  on conflict (format, level, name) do nothing
$$;
comment on function mls.merge_regions(public.mls_sources, jsonb) is
  'Takes places of portals: [{format, name, region_id}]. Known ones stay as they are.';

-- ----- mls.merge_aside(mls_sources, text, jsonb) -----
create function mls.merge_aside(source public.mls_sources, kind text, rows jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  case kind
    when 'leads' then perform mls.merge_leads(source, rows);
    when 'developments' then perform mls.merge_developments(source, rows);
    when 'remarks' then perform mls.merge_remarks(source, rows);
    when 'regions' then perform mls.merge_regions(source, rows);
    else raise exception 'There is nothing a source could bring that is called %.', kind;
  end case;
end $$;
comment on function mls.merge_aside(public.mls_sources, text, jsonb) is
  'Takes what a source brings beside the resources of the contract: leads, developments, remarks, regions. Called in the transaction of its page.';
