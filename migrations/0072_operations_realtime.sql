-- Realtime. Left alone where it is not there.

-- ===== Realtime =====
-- Subscribers get changes of rows they may read (row level security decides per subscriber) and of the columns named
-- here; of deleted rows the id alone. Texts, prices, owners and contacts are read through the Data API after the signal.

-- ----- mls.publish_changes() -----
create function mls.publish_changes() returns void
language plpgsql set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    return;
  end if;
  alter publication supabase_realtime add table
    public.mls_listings (id, tenant_id, ref, status, status_changed_at, broker_id, co_broker_id, claimed_at, version, updated_at),
    public.mls_listing_media (id, tenant_id, listing_id, media_category, display_order, is_primary, is_hidden, updated_at),
    public.mls_listing_tasks (id, tenant_id, listing_id, kind, assigned_to, priority, due_date, status, updated_at),
    public.mls_listing_approvals (id, tenant_id, listing_id, approval_type, status, requested_by, assignee_id, decided_by, updated_at),
    public.mls_listing_checklist_items (id, tenant_id, listing_id, template_id, is_completed, updated_at),
    public.mls_listing_syndications (id, tenant_id, listing_id, portal_id, status, updated_at);
end $$;
comment on function mls.publish_changes() is 'Adds to supabase_realtime what apps subscribe to, column by column.';
select mls.publish_changes();
