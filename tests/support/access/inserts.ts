/**
 * What a user would insert, per table that takes rows from users; in all others inserting anything must be refused.
 * $1 is the listing of the fixture.
 */
const listing = 'select $1::uuid'

export const inserts: Record<string, string> = {
  mls_status_transitions:
    `insert into mls_status_transitions (tenant_id, from_status, to_status, kind) select tenant_id, 'INGESTED', 'SOLD', 'advance' from fixture`,
  mls_approval_rules:
    `insert into mls_approval_rules (tenant_id, approval_type) select tenant_id, 'MARKETING' from fixture`,
  mls_checklist_templates:
    `insert into mls_checklist_templates (tenant_id, role, step_number, title, stage) select tenant_id, 'BROKER', 99, 'x', 'DRAFT' from fixture`,
  mls_document_type_config:
    `insert into mls_document_type_config (tenant_id, code, name, stage) select tenant_id, 'EXTRA', 'x', 'DRAFT' from fixture`,
  mls_developments: `insert into mls_developments (tenant_id, name) select tenant_id, 'x' from fixture`,
  mls_development_buildings:
    `insert into mls_development_buildings (tenant_id, development_id, name) select tenant_id, development_id, 'x' from fixture`,
  mls_listing_documents:
    `insert into mls_listing_documents (listing_id, document_type_id, storage_path, file_name) select listing_id, document_type_id, listing_id || '/x', 'x' from fixture`,
  mls_listing_contact_roles:
    `insert into mls_listing_contact_roles (listing_id, contact_id, role) select listing_id, contact_id, 'BUYER' from fixture`,
  mls_listing_remarks:
    `insert into mls_listing_remarks (listing_id, language, remark_type, remark) ${listing}, 'el', 'TITLE', 'x'`,
  mls_listing_tasks: `insert into mls_listing_tasks (listing_id, title) ${listing}, 'x'`,
  mls_listing_notes: `insert into mls_listing_notes (listing_id, body) ${listing}, 'x'`,
  mls_listing_media:
    `insert into mls_listing_media (listing_id, media_url) ${listing}, 'https://example.com/x.jpg'`,
  mls_listing_syndications:
    `insert into mls_listing_syndications (listing_id, portal_id, status) select listing_id, portal_id, 'ACTIVE' from fixture`,
  mls_contacts: `insert into mls_contacts (last_name) values ('x')`,
  mls_user_access:
    `insert into mls_user_access (user_id, tenant_id) select gen_random_uuid(), tenant_id from fixture`,
}
