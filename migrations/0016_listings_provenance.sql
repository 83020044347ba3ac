-- Who wrote a field of a listing last, and when.

-- ----- mls_listing_field_writes: the last write per column that did not come from an unclaimed refresh -----
create table public.mls_listing_field_writes (
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  column_name text not null,
  tenant_id uuid not null references public.mls_tenants (id),
  source text not null check (source in ('USER', 'INGRESS', 'AUTO_PUBLISH', 'SYSTEM')),
  written_by uuid,
  written_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, column_name)
);
comment on table public.mls_listing_field_writes is
  'Who wrote a column of a listing last, where it was not simply the source refreshing an unclaimed listing.';
create index mls_listing_field_writes_tenant on public.mls_listing_field_writes (tenant_id);
alter table public.mls_listing_field_writes enable row level security;
alter table public.mls_listing_field_writes force row level security;
grant select on public.mls_listing_field_writes to authenticated;
grant select, insert, update, delete on public.mls_listing_field_writes to service_role;
create policy field_write_read on public.mls_listing_field_writes for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );

-- ----- mls.record_field_writes(): row trigger of mls_listings -----
create function mls.record_field_writes() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.mls_listing_field_writes as w (listing_id, column_name, tenant_id, source, written_by)
  select new.id, n.key, new.tenant_id, mls.change_source(), mls.current_user_id()
  from jsonb_each(to_jsonb(new)) n
  join jsonb_each(to_jsonb(old)) o on o.key = n.key
  where n.value <> o.value
    and n.key not in ('version', 'modified_ts', 'updated_at', 'updated_by', 'origin_sync_ts', 'origin_etl_ts', 'origin_etl_batch_id', 'origin_modified_ts',
      'photos_count', 'status_changed_at', 'published_at', 'first_published_at')
  on conflict (listing_id, column_name) do update
    set source = excluded.source, written_by = excluded.written_by, written_at = excluded.written_at;
  return null;
end $$;
comment on function mls.record_field_writes() is 'Row trigger: notes who changed which columns.';
create trigger record_field_writes after update on public.mls_listings
  for each row
  when (
    new.version is distinct from old.version
    and (old.claimed_at is not null or coalesce(current_setting('mls.change_source', true), '') <> 'INGRESS')
  )
  execute function mls.record_field_writes();

-- ----- mls.field_written_at(uuid, text) -----
create function mls.field_written_at(target uuid, column_name text) returns timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select w.written_at from public.mls_listing_field_writes w
    where w.listing_id = target and w.column_name = field_written_at.column_name
  );
end $$;
comment on function mls.field_written_at(uuid, text) is
  'When somebody other than an unclaimed refresh last wrote a column of a listing; null when nobody did. For mls_listing_drift.';
grant execute on function mls.field_written_at(uuid, text) to authenticated, service_role;

-- ----- mls_listing_provenance: who wrote each gold field last -----
create view public.mls_listing_provenance with (security_invoker = true) as
select l.id as listing_id, f.field,
  case when w.listing_id is null or (l.claimed_at is null and l.is_externally_managed and w.written_at < o.applied_at) then 'SOURCE'
    when w.source = 'INGRESS' then 'SOURCE' else w.source end as writer,
  case when w.written_at >= o.applied_at or l.claimed_at is not null or not l.is_externally_managed then w.written_by end as written_by,
  coalesce(case when w.written_at >= o.applied_at or l.claimed_at is not null or not l.is_externally_managed then w.written_at end,
    o.applied_at, l.created_at) as written_at,
  f.owner
from public.mls_listings l
left join public.mls_listing_origins o on o.listing_id = l.id
cross join mls.listing_fields() f
left join public.mls_listing_field_writes w on w.listing_id = l.id and w.column_name = f.column_name
where o.listing_id is not null or w.listing_id is not null;
comment on view public.mls_listing_provenance is
  'Who wrote each field of a listing last: SOURCE, USER (written_by), SYSTEM or AUTO_PUBLISH, and when. owner says who may change it after a claim.';
grant select on public.mls_listing_provenance to authenticated, service_role;
