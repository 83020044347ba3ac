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
