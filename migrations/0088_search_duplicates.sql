-- Several listings of one home, by different sources: found by likeness, never merged, confirmed or rejected by brokers.

-- ----- mls.listing_groups: listings that stand for one home, the best first -----
create table mls.listing_groups (
  record_id uuid primary key references public.mls_listings (id) on delete cascade,
  group_id uuid not null,
  place integer not null,
  office_key text not null,
  unique (group_id, place)
);
comment on table mls.listing_groups is
  'Which listings a search with dedupe shows as one: those joined by pairs that are likely or confirmed. place orders them by source, 1 is shown. Derived from mls_listing_duplicates by mls.group_duplicates().';
alter table mls.listing_groups enable row level security;
alter table mls.listing_groups force row level security;
grant select on mls.listing_groups to mls_api_read, service_role;
create policy api_read on mls.listing_groups for select to mls_api_read
  using (
    office_key = any ((select mls.claim_offices())::text[])
    or exists (select from mls.website_search w where w.record_id = listing_groups.record_id)
  );
