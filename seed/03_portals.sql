-- Portals of the demo markets. Safe to run again: existing rows stay as they are.
-- Cyprus sends: its listings come from Qobrix, so Dash has nothing of its own to defend. Hungary and Kazakhstan come
-- from Dash and only take, until somebody moves them to ROUND_TRIP. Applications of kind SOCIAL are recorded until they have
-- an address: {"channel": "webhook", "url": ..., "triggers": ["published", "price_changed"]}.

insert into public.mls_portal_definitions (tenant_id, code, name, channel_type, phase, auto_syndicate, statuses, requires_fields, config)
select t.id, p.code, p.name, p.channel_type,
  case when p.channel_type = 'API' and t.code <> 'CY' then 'PULL' else 'PUSH_ONLY' end,
  p.auto_syndicate and t.code = 'CY',
  p.statuses::public.mls_listing_status[], p.requires_fields, replace(p.config, '{market}', lower(t.code))::jsonb
from public.mls_tenants t
join (values
  ('CY,HU,KZ', 'SIR_GLOBAL', 'SIR Global (Dash)', 'API', true, '{PUBLISHED,UNDER_OFFER,SOLD}', array['city'],
    '{"channel": "dash", "origin_systems": ["DASH_API", "DASH_FILE"]}'),
  ('CY', 'CYPRUS_WEBSITE', 'Cyprus Website', 'WEBSITE', true, '{PUBLISHED}', array[]::text[], '{}'),
  ('CY', 'HOMESOVERSEAS', 'HomesOverseas', 'FEED', true, '{PUBLISHED}', array[]::text[],
    '{"format": "homesoverseas-v4", "file": "homesoverseas.xml", "public": true, "country_region_id": 73, "other_kind": "26"}'),
  ('CY,HU,KZ', 'MLS_FEED', 'MLS Feed', 'FEED', false, '{PUBLISHED,UNDER_OFFER}', array[]::text[],
    '{"format": "reso-json", "file": "mls-feed-{market}.json"}'),
  ('CY,HU,KZ', 'RESO_COMMON', 'RESO Common Format', 'FEED', false, '{PUBLISHED,UNDER_OFFER}', array[]::text[],
    '{"format": "reso-common", "file": "reso-common-{market}.json"}'),
  ('CY', 'KYERO', 'Kyero', 'FEED', false, '{PUBLISHED}', array[]::text[],
    '{"format": "kyero-v3", "file": "kyero-{market}.xml", "other_kind": "property"}'),
  ('CY', 'TROVIT', 'Trovit / Mitula', 'FEED', false, '{PUBLISHED}', array[]::text[],
    '{"format": "trovit", "file": "trovit-{market}.xml", "other_kind": "property"}'),
  ('CY,HU,KZ', 'YANDEX_REALTY', 'Yandex.Realty', 'FEED', false, '{PUBLISHED}', array[]::text[],
    '{"format": "yandex-realty", "file": "yandex-{market}.xml"}'),
  ('CY,HU,KZ', 'FACEBOOK', 'Facebook', 'SOCIAL', false, '{PUBLISHED}', array[]::text[], '{"channel": "recorder"}'),
  ('CY,HU,KZ', 'INSTAGRAM', 'Instagram', 'SOCIAL', false, '{PUBLISHED}', array[]::text[], '{"channel": "recorder"}'),
  ('CY,HU,KZ', 'LINKEDIN', 'LinkedIn', 'SOCIAL', false, '{PUBLISHED}', array[]::text[], '{"channel": "recorder"}')
) p (markets, code, name, channel_type, auto_syndicate, statuses, requires_fields, config)
  on t.code = any (string_to_array(p.markets, ','))
on conflict (tenant_id, code) do nothing;
