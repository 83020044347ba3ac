-- Who is in whose team at the demo brokerage: broker_cy and manager_cy in one.
insert into public.mls_user_teams (tenant_id, team_id, user_id)
select t.id, '7ea00000-0000-4000-8000-000000000001', u.id::uuid
from public.mls_tenants t
cross join (values ('b0000000-0000-4000-8000-000000000001'), ('b0000000-0000-4000-8000-000000000002')) u (id)
where t.code = 'CY'
on conflict do nothing;
