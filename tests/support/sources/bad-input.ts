/** Input of the doors of sources that makes no sense, for sources-interface.test.ts. */

/** Stands where no secret belongs. */
export const secret = 'hunter2-in-the-wrong-place'
const reso = { root: 'https://8.8.8.8/odata', auth: { type: 'bearer' } }
export const csv = { provider: 'FILE', settings: { format: 'csv' } }
export const mapping = { version: 1, fields: { ListingKey: { from: 'Ref' } } }

/** Members of a source beside lawful ones, and where the fault is. */
export const badSources: [changes: Record<string, unknown>, pointer: string][] = [
  [{ provider: 'ORACLE' }, '/provider'],
  [{ provider: null }, '/provider'],
  [{ provider: 'mock' }, '/provider'],
  [{ provider: 'x'.repeat(5_000) }, '/provider'],
  [{ name: null }, '/name'],
  [{ name: '   ' }, '/name'],
  [{ name: 'н'.repeat(201) }, '/name'],
  [{ name: 'a\0b' }, '/name'],
  [{ name: 'half \ud83d' }, '/name'],
  [{ code: 'Кипр' }, '/code'],
  [{ code: 'c'.repeat(41) }, '/code'],
  [{ code: null }, '/code'],
  [{ office_key: null }, '/office_key'],
  [{ office_key: 'SHARPSIR-CY-002' }, '/office_key'],
  [{ settings: null }, '/settings'],
  [{ settings: [] }, '/settings'],
  [{ settings: { listings: 1, seed: 'a\0b' } }, '/settings/seed'],
  [{ settings: { listings: 1, password: secret } }, '/settings/password'],
  [{ settings: { listings: 1, photos: `https://user:${secret}@8.8.8.8/` } }, '/settings/photos'],
  [{ provider: 'RESO', settings: { ...reso, token: secret } }, '/settings/token'],
  [
    { provider: 'RESO', settings: { ...reso, auth: { ...reso.auth, client_secret: secret } } },
    '/settings/auth/client_secret',
  ],
  [{ provider: 'RESO', settings: reso, credentials: { token: secret, user: 'x' } }, '/credentials/user'],
  [{ provider: 'RESO', settings: reso, credentials: secret }, '/credentials'],
  [{ provider: 'QOBRIX', settings: { base_url: 'https://8.8.8.8', api_key: secret } }, '/settings/api_key'],
  [{ provider: 'DASH_FILE', settings: { format: 'csv' } }, '/settings/format'],
  [{ ...csv, mapping, credentials: { token: secret } }, '/credentials'],
  [{ ...csv, mapping: 'ListingKey' }, '/mapping'],
  [
    { ...csv, mapping: { ...mapping, fields: { ListingKey: { from: 'Ref', run: 'x' } } } },
    '/mapping/fields/ListingKey/run',
  ],
  [{ cron: 'every minute' }, '/cron'],
  [{ cron: '0 0 * * * *' }, '/cron'],
  [{ full_cron: '0 25 * * *' }, '/full_cron'],
  [{ cron: 5 }, '/cron'],
  [{ interval_minutes: 0 }, '/interval_minutes'],
  [{ interval_minutes: '60' }, '/interval_minutes'],
  [{ timezone: '+03:00:99' }, '/timezone'],
  [{ timezone: null }, '/timezone'],
  [{ resources: [{ name: 'property', every_minutes: -1 }] }, '/resources/0/every_minutes'],
  [{ resources: 'property' }, '/resources'],
  [{ max_listings: 1.5 }, '/max_listings'],
  [{ requests_per_minute: 0 }, '/requests_per_minute'],
  [{ overlap_seconds: -1 }, '/overlap_seconds'],
  [{ media: { hotlink: 'forbidden', originals: 'sell' } }, '/media/originals'],
  [{ media: null }, '/media'],
  [{ enabled: 'yes' }, '/enabled'],
  [{ id: '00000000-0000-4000-8000-000000000000' }, '/id'],
  [{ has_credentials: true }, '/has_credentials'],
  [{ marks: {} }, '/marks'],
]

/** Requests to the addresses of the older service that are answered 400. */
export const badRequests: [method: string, path: string, body: unknown][] = [
  ['POST', '/sync', {}],
  ['POST', '/sync', { providerId: 'KYPROS' }],
  ['POST', '/sync', { providerId: 'KYPROS', syncType: 'FULL' }],
  ['POST', '/sync', { providerId: null, syncType: 'full' }],
  ['POST', '/sync', { providerId: 7, syncType: 'full' }],
  ['POST', '/sync', { providerId: 'x'.repeat(101), syncType: 'full' }],
  ['POST', '/sync', { providerId: 'KYPROS', syncType: 'full', force: true }],
  ['POST', '/sync', { providerId: 'a\0b', syncType: 'full' }],
  ['POST', '/sync', '[]'],
  ['POST', '/sync', 'null'],
  ['POST', '/sync', '{"providerId": '],
  ['PUT', '/provider/KYPROS/toggle', {}],
  ['PUT', '/provider/KYPROS/toggle', { enabled: null }],
  ['PUT', '/provider/KYPROS/toggle', { enabled: 'true' }],
  ['PUT', '/provider/KYPROS/toggle', { enabled: true, name: 'x' }],
  ...[{}, 0, -5, 1.5, 525_601, null, '60', [60]].map((
    minutes,
  ): [string, string, unknown] => ['PUT', '/provider/KYPROS/interval', { minutes }]),
  ['GET', '/history?limit=0', undefined],
  ['GET', '/history?limit=501', undefined],
  ['GET', '/history?limit=ten', undefined],
  ['GET', '/history?limit=5&limit=6', undefined],
  ['GET', '/history?before=yesterday', undefined],
  ['GET', '/history?offset=5', undefined],
  ['GET', '/errors/KYPROS?before=x', undefined],
  ['GET', '/status/a%00b', undefined],
]
