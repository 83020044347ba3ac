-- The demo brokerage: three markets, each a tenant with the office that its batches name.
-- Safe to run again: existing rows stay as they are.

insert into public.mls_tenants (id, code, name, country, currency_code, settings) values
  ('c1000000-0000-4000-8000-000000000001', 'CY', 'Cyprus Sotheby''s International Realty', 'CY', 'EUR', '{}'),
  ('c1000000-0000-4000-8000-000000000002', 'HU', 'Hungary Sotheby''s International Realty', 'HU', 'HUF', '{}'),
  ('c1000000-0000-4000-8000-000000000003', 'KZ', 'Kazakhstan Sotheby''s International Realty', 'KZ', 'KZT', '{}')
on conflict (code) do nothing;

insert into public.mls_offices
  (tenant_id, office_key, originating_office_key, is_market, aliases, origin_system, currency_code, name, status, type, country, extensions)
select t.id, o.office_key, o.office_key, true, o.aliases, o.origin_system, t.currency_code, t.name, 'Active', 'MLS', t.country, o.extensions::jsonb
from (values
  ('CY', 'SHARPSIR-CY-001', array['CSIR'], 'QOBRIX', '{"media_base_url": "https://crm.example.com"}'),
  ('HU', 'SHARPSIR-HU-001', array['HSIR'], 'DASH_FILE', '{}'),
  ('KZ', 'SHARPSIR-KZ-001', array['KSIR'], 'DASH_API', '{}')
) o (code, office_key, aliases, origin_system, extensions)
join public.mls_tenants t on t.code = o.code
on conflict (office_key) do nothing;
