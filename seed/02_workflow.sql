-- Reference data of the workflow, the same for every tenant: transitions, approvals, checklists, document types.
-- Safe to run again, also after a tenant was added: rows that are there stay as its administrators left them.

insert into public.mls_status_transitions (tenant_id, from_status, to_status, kind, guards, min_scope, reason_required)
select t.id, s.from_status::public.mls_listing_status, s.to_status::public.mls_listing_status, s.kind, s.guards::text[], s.min_scope, s.reason_required
from public.mls_tenants t
cross join (values
  ('DRAFT', 'PENDING_DUE_DILIGENCE', 'advance', '{required_fields}', 'self', false),
  ('PENDING_DUE_DILIGENCE', 'AGREEMENT_PENDING', 'advance', '{approved:DUE_DILIGENCE,documents,steps}', 'self', false),
  ('AGREEMENT_PENDING', 'PHOTOS_PENDING', 'advance', '{documents,steps}', 'self', false),
  ('PHOTOS_PENDING', 'MARKETING_REVIEW', 'advance', '{has_photo,has_description,steps}', 'self', false),
  ('MARKETING_REVIEW', 'PUBLISHED', 'publish', '{required_fields,has_photo,has_description,approved:MARKETING,required_approvals}', 'self', false),
  ('PENDING_DUE_DILIGENCE', 'DRAFT', 'return', '{}', 'self', true),
  ('AGREEMENT_PENDING', 'PENDING_DUE_DILIGENCE', 'return', '{}', 'self', true),
  ('PHOTOS_PENDING', 'AGREEMENT_PENDING', 'return', '{}', 'self', true),
  ('MARKETING_REVIEW', 'PHOTOS_PENDING', 'return', '{}', 'self', true),
  ('INGESTED', 'PUBLISHED', 'publish', '{origin_present,required_fields,has_photo,has_description}', 'team', false),
  ('PUBLISHED', 'UNDER_OFFER', 'advance', '{}', 'self', false),
  ('UNDER_OFFER', 'SOLD', 'advance', '{}', 'team', false),
  ('PUBLISHED', 'SOLD', 'advance', '{}', 'team', false),
  ('UNDER_OFFER', 'PUBLISHED', 'return', '{}', 'self', true),
  ('WITHDRAWN', 'PUBLISHED', 'publish', '{origin_present,required_fields,has_photo,has_description}', 'team', true),
  ('WITHDRAWN', 'DRAFT', 'return', '{}', 'team', true),
  ('SOLD', 'PUBLISHED', 'return', '{}', 'org_admin', true),
  ('INGESTED', 'WITHDRAWN', 'withdraw', '{}', 'team', true),
  ('DRAFT', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
  ('PENDING_DUE_DILIGENCE', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
  ('AGREEMENT_PENDING', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
  ('PHOTOS_PENDING', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
  ('MARKETING_REVIEW', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
  ('PUBLISHED', 'WITHDRAWN', 'withdraw', '{}', 'self', true),
  ('UNDER_OFFER', 'WITHDRAWN', 'withdraw', '{}', 'self', true)
) s (from_status, to_status, kind, guards, min_scope, reason_required)
on conflict (tenant_id, from_status, to_status) do nothing;

insert into public.mls_approval_rules (tenant_id, approval_type, min_scope)
select t.id, a.approval_type, a.min_scope
from public.mls_tenants t
cross join (values ('DUE_DILIGENCE', 'team'), ('MARKETING', 'team'), ('MANAGEMENT', 'team'), ('PRICE_CHANGE', 'team')) a (approval_type, min_scope)
on conflict (tenant_id, approval_type) do nothing;

insert into public.mls_document_type_config (tenant_id, code, name, condition, stage, property_types, is_required, sort_order)
select t.id, d.code, d.name, d.condition, d.stage::public.mls_listing_status, '{}', d.is_required, d.sort_order
from public.mls_tenants t
cross join (values
  ('TITLE_DEED', 'Title deed', 'WITH_TITLE_DEED', 'PENDING_DUE_DILIGENCE', true, 1),
  ('PLANS', 'Plans', 'ALWAYS', 'PENDING_DUE_DILIGENCE', false, 2),
  ('CONTRACT_OF_SALE', 'Contract of sale with attachments', 'WITHOUT_TITLE_DEED', 'PENDING_DUE_DILIGENCE', true, 3),
  ('LAND_TITLE_DEED', 'Title deed of the land', 'LAND', 'PENDING_DUE_DILIGENCE', false, 4),
  ('BUILDING_PERMIT', 'Building permit with approved plans', 'WITHOUT_TITLE_DEED', 'PENDING_DUE_DILIGENCE', false, 5),
  ('CERTIFICATE_OF_APPROVAL', 'Certificate of final approval', 'WITHOUT_TITLE_DEED', 'PENDING_DUE_DILIGENCE', false, 6),
  ('OWNER_ID', 'Identity document of the owner', 'ALWAYS', 'PENDING_DUE_DILIGENCE', false, 7),
  ('LISTING_AGREEMENT', 'Signed listing agreement', 'ALWAYS', 'AGREEMENT_PENDING', true, 8),
  ('VIEWING_CONFIRMATION', 'Viewing confirmation', 'ALWAYS', 'PUBLISHED', false, 9)
) d (code, name, condition, stage, is_required, sort_order)
on conflict (tenant_id, code) do nothing;

insert into public.mls_checklist_templates (tenant_id, role, step_number, title, stage, is_required, due_days)
select t.id, s.role, s.step_number, s.title, s.stage::public.mls_listing_status, s.is_required, s.due_days
from public.mls_tenants t
cross join (values
  ('BROKER', 1, 'Arrange an appointment with the seller', 'DRAFT', false, 2),
  ('BROKER', 2, 'Present the services of the company', 'DRAFT', false, 5),
  ('BROKER', 3, 'Write the due diligence report', 'PENDING_DUE_DILIGENCE', false, 7),
  ('BROKER', 4, 'Obtain title deeds and permits', 'PENDING_DUE_DILIGENCE', true, 10),
  ('BROKER', 5, 'Hand over title deeds and permits internally', 'PENDING_DUE_DILIGENCE', false, 11),
  ('BROKER', 6, 'Write the valuation report', 'PENDING_DUE_DILIGENCE', false, 12),
  ('BROKER', 7, 'Get the approval of the management', 'PENDING_DUE_DILIGENCE', false, 14),
  ('BROKER', 8, 'Prepare the listing agreement', 'AGREEMENT_PENDING', false, 15),
  ('BROKER', 9, 'Send the agreement with the commission to the seller', 'AGREEMENT_PENDING', false, 16),
  ('BROKER', 10, 'Agree on the same price everywhere', 'AGREEMENT_PENDING', false, 16),
  ('BROKER', 11, 'Collect the signatures of all owners and of the company', 'AGREEMENT_PENDING', false, 21),
  ('BROKER', 12, 'Fill in the property checklist', 'PHOTOS_PENDING', true, 22),
  ('BROKER', 13, 'Take photos and videos of your own', 'PHOTOS_PENDING', false, 22),
  ('BROKER', 14, 'Upload the signed agreement', 'AGREEMENT_PENDING', true, 22),
  ('BROKER', 15, 'Pass the agreement to finance', 'AGREEMENT_PENDING', false, 23),
  ('BROKER', 16, 'Arrange the photo shoot', 'PHOTOS_PENDING', false, 25),
  ('BROKER', 17, 'Invite the sales team to see the property', 'PHOTOS_PENDING', false, 26),
  ('BROKER', 18, 'Publish stories in social media', 'PHOTOS_PENDING', false, 27),
  ('BROKER', 19, 'Hand checklist, photos and text to marketing', 'PHOTOS_PENDING', false, 28),
  ('BROKER', 20, 'Present the property at the listing meeting (every second Wednesday)', 'MARKETING_REVIEW', false, 30),
  ('BROKER', 21, 'Call the seller every month after the report', 'PUBLISHED', false, 60),
  ('BROKER', 22, 'Record the call and plan the next one', 'PUBLISHED', false, 60),
  ('BROKER', 23, 'Register viewings', 'PUBLISHED', false, null),
  ('BROKER', 24, 'Confirm viewings with the seller', 'PUBLISHED', false, null),
  ('BROKER', 25, 'Get viewing requests in writing', 'PUBLISHED', false, null),
  ('BROKER', 26, 'Have the viewing confirmation signed', 'PUBLISHED', false, null),
  ('BROKER', 27, 'File the viewing form', 'PUBLISHED', false, null),
  ('BROKER', 28, 'See that the invoice is issued', 'UNDER_OFFER', false, null),
  ('BROKER', 29, 'Follow up the payment', 'UNDER_OFFER', false, null),
  ('MARKETING', 1, 'Receive checklist and text', 'PHOTOS_PENDING', false, 28),
  ('MARKETING', 2, 'Receive the pictures', 'PHOTOS_PENDING', false, 28),
  ('MARKETING', 3, 'Add the property to the CRM', 'MARKETING_REVIEW', false, 30),
  ('MARKETING', 4, 'Add the property to the website of the market', 'MARKETING_REVIEW', false, 35),
  ('MARKETING', 5, 'Add the property to the global website and the portals', 'MARKETING_REVIEW', false, 35),
  ('MARKETING', 6, 'Set up the listing report', 'PUBLISHED', false, 37),
  ('MARKETING', 7, 'Set up the marketing schedule', 'PUBLISHED', false, 37),
  ('MARKETING', 8, 'Register appointments', 'PUBLISHED', false, null),
  ('MARKETING', 9, 'Scan viewing confirmations', 'PUBLISHED', false, null),
  ('MARKETING', 10, 'Pass a paper copy to finance', 'PUBLISHED', false, null),
  ('FINANCE', 1, 'File the agreement', 'PHOTOS_PENDING', false, 24),
  ('FINANCE', 2, 'Enter the agreement in the registry', 'PHOTOS_PENDING', false, 24),
  ('FINANCE', 3, 'Approve the expense of the photo shoot', 'PHOTOS_PENDING', false, 25),
  ('FINANCE', 4, 'File the viewing confirmation', 'PUBLISHED', false, null),
  ('FINANCE', 5, 'Issue the invoice', 'UNDER_OFFER', false, null)
) s (role, step_number, title, stage, is_required, due_days)
on conflict (tenant_id, role, step_number) do nothing;
