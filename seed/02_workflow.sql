-- Reference data of the workflow, the same for every tenant: transitions, approvals, checklists, document types.
-- Safe to run again, also after a tenant was added: rows that are there stay as its administrators left them.

select mls.add_workflow(t.id) from public.mls_tenants t;
