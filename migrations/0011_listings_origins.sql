-- What the origin of a listing last said.

-- ----- mls_listing_origins: the last word of the source, one row per ingested listing -----
create table public.mls_listing_origins (
  listing_id uuid primary key references public.mls_listings (id) on delete cascade,
  tenant_id uuid not null,
  payload jsonb not null,
  content_hash text not null,
  source_modified_at timestamptz,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  applied_at timestamptz not null default now(),
  last_run_id uuid,
  delivered_by text
);
comment on table public.mls_listing_origins is
  'Last applied gold record per listing. "Changed" always means changed against payload, never against our current value.';
comment on column public.mls_listing_origins.payload is
  'The record as read (typed), with values that could not be read under "$raw".';
comment on column public.mls_listing_origins.delivered_by is
  'Source whose run delivered the record last; null while none did. Other sources of the office neither flag nor count it.';
comment on column public.mls_listing_origins.content_hash is 'Hash of payload without etl_* and source times.';
alter table public.mls_listing_origins alter column payload set storage external;
create index mls_listing_origins_run on public.mls_listing_origins (last_run_id) where last_run_id is not null;

alter table public.mls_listing_origins enable row level security;
alter table public.mls_listing_origins force row level security;
grant select on public.mls_listing_origins to authenticated;
grant select, insert, update, delete on public.mls_listing_origins to service_role;
create policy origin_read on public.mls_listing_origins for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
