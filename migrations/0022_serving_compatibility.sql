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

do $$
declare
  name text;
begin
  foreach name in array array['property', 'media', 'member', 'contacts'] loop
    execute (
      select format('create view public.%1$I with (security_invoker = true) as select %2$s from public.%3$I r where r.tenant_id = any ((select mls.compatible_tenant_ids())::uuid[])',
        name, string_agg('r.' || quote_ident(a.attname), ', ' order by a.attnum), name || '_reso')
      from pg_catalog.pg_attribute a
      where a.attrelid = format('public.%I', name || '_reso')::regclass and a.attnum > 0 and not a.attisdropped
        and a.attname not in ('record_id', 'seq', 'office_key', 'is_published')
    );
    execute format('comment on view public.%I is %L', name,
      'The older RESO table ' || name || ', read only: what ' || name || '_reso says, where the market wants it. New apps read the mls_ tables.');
    execute format('grant select on public.%I to authenticated, service_role', name);
  end loop;
end $$;
