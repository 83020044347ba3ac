-- For apps written against the older RESO tables: property, media, member, contacts with their RESO column names. A
-- market switches them on in its settings (show_reso_compatibility); elsewhere they are empty.

-- ----- mls.compatible_tenant_ids() -----
create function mls.compatible_tenant_ids() returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(t.id), '{}') from public.mls_tenants t
  where t.id = any (mls.visible_tenant_ids()) and t.settings -> 'show_reso_compatibility' = 'true'
$$;
comment on function mls.compatible_tenant_ids() is 'Markets of the user that show the older RESO tables.';
grant execute on function mls.compatible_tenant_ids() to authenticated, service_role;
