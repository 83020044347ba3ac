import { z } from 'zod'
import type { createDoor } from '../_shared/http/door.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { listPage } from '../_shared/http/list-page.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import { isSchedule } from '../_shared/operate/next-run.ts'
import { type OperatorVariables, requireWholeHub } from '../_shared/oauth/require-operator.ts'
import { scopes } from '../_shared/oauth/scopes.ts'
import {
  addClient,
  addMarket,
  changeClient,
  changeMarket,
  changeSchedule,
  changeSettings,
  listActions,
  listAlerts,
  listClients,
  listMarkets,
  listSchedules,
  listSettings,
  rotateClient,
  usageReport,
} from '../_shared/operate/admin.ts'

const name = z.string().trim().min(1).max(255)
const names = z.array(name).max(100)
const currency = z.string().regex(/^[A-Z]{3}$/, 'is a code of ISO 4217, such as EUR').refine(
  (code) => code !== 'XXX' && code !== 'XTS',
  'is no currency',
)
const settings = z.record(z.string(), z.unknown())

const market = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,19}$/, 'is 2 to 20 capital letters, digits and _'),
  name,
  currency,
  country: z.string().regex(/^[A-Z]{2}$/, 'is a code of ISO 3166-1, such as CY').optional(),
  settings: settings.optional(),
  office: z.strictObject({
    key: name,
    origin_system: z.string().min(1).max(20),
    name: name.optional(),
    aliases: names.optional(),
  }),
})
const marketChanges = z.strictObject({
  name: name.optional(),
  currency: currency.optional(),
  api_visibility: z.enum(['all', 'published']).optional(),
  settings: settings.optional(),
  office: z.strictObject({
    key: name,
    name: name.optional(),
    aliases: names.optional(),
    shrink_threshold: z.number().min(0).max(1).optional(),
  }).optional(),
})

const clientRights = {
  name: name.optional(),
  scopes: z.array(z.enum(scopes)).max(scopes.length).optional(),
  offices: names.optional(),
  grants: z.array(z.string().max(200)).max(500).optional(),
  edits: z.array(z.enum(['Property', 'Media'])).max(2).optional(),
  profile: z.enum(['gold', 'dd2']).optional(),
  api_visibility: z.enum(['all', 'published']).optional(),
  top_means: z.enum(['rows', 'page']).nullable().optional(),
  stamps: z.enum(['microseconds', 'milliseconds']).optional(),
  rate_limit_per_minute: z.int().min(1).max(1_000_000).optional(),
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
}
const client = z.strictObject({
  client_id: z.string().regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'is up to 64 letters, digits, dots, hyphens and _',
  ),
  ...clientRights,
})
const clientChanges = z.strictObject({ ...clientRights, disabled: z.boolean().optional() })
const rotation = z.strictObject({ grace_hours: z.int().min(0).max(720).default(24) })

const scheduleChanges = z.strictObject({
  cron: z.string().max(100).refine(
    isSchedule,
    'is no cron expression of five fields such as "15 * * * *", and no interval from "1 second" to "59 seconds"',
  ).optional(),
  enabled: z.boolean().optional(),
  max_seconds: z.int().min(1).max(3600).optional(),
})
const sourceSettings = z.strictObject({
  source: name,
  office_key: name,
  overlap_seconds: z.int().min(0).max(31_536_000).optional(),
  max_stale_share: z.number().min(0).max(1).optional(),
})
const newestFirst = { before: listPage.id, limit: listPage.limit }
const alertFilter = z.strictObject({ resolved: z.enum(['true', 'false']).optional(), ...newestFirst })
const actionFilter = z.strictObject(newestFirst)
const clientFilter = z.strictObject({ after: client.shape.client_id.optional(), limit: listPage.limit })
const usageFilter = z.strictObject({
  market: name.optional(),
  month: z.string().regex(/^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$/, 'is a month such as 2026-11').optional(),
})

const most = { maxBytes: 100_000 }

/**
 * What an operator changes without SQL: markets, API clients, schedules, settings of sources that send; alerts, the log of
 * what operators did, usage. An administrator of a market reaches what is the market's: its settings, its clients.
 * Answers and refusals are those of the database (mls.add_market and its like).
 */
export function addOperatorRoutes(door: ReturnType<typeof createDoor<OperatorVariables>>): void {
  door.get('/markets', async (c) => c.json((await listMarkets(c.var.operator)).answer))
  door.post('/markets', requireWholeHub(), async (c) => {
    const { status, answer } = await addMarket(c.var.operator, await readJsonBody(c.req.raw, market, most))
    return c.json(answer, status)
  })
  door.patch('/markets/:code', async (c) => {
    const changes = await readJsonBody(c.req.raw, marketChanges, most)
    return c.json((await changeMarket(c.var.operator, c.req.param('code'), changes)).answer)
  })

  door.get(
    '/clients',
    async (c) => c.json((await listClients(c.var.operator, readQuery(c.req.raw, clientFilter))).answer),
  )
  door.post('/clients', async (c) => {
    const { status, answer } = await addClient(c.var.operator, await readJsonBody(c.req.raw, client, most))
    return c.json(answer, status)
  })
  door.patch('/clients/:id', async (c) => {
    const changes = await readJsonBody(c.req.raw, clientChanges, most)
    return c.json((await changeClient(c.var.operator, c.req.param('id'), changes)).answer)
  })
  door.post('/clients/:id/secret', async (c) => {
    const { grace_hours } = await readJsonBody(c.req.raw, rotation, most)
    return c.json((await rotateClient(c.var.operator, c.req.param('id'), grace_hours)).answer)
  })

  door.get('/schedules', async (c) => c.json((await listSchedules()).answer))
  door.patch('/schedules/:job', requireWholeHub(), async (c) => {
    const changes = await readJsonBody(c.req.raw, scheduleChanges, most)
    return c.json((await changeSchedule(c.var.operator, c.req.param('job'), changes)).answer)
  })

  door.get(
    '/alerts',
    async (c) => c.json((await listAlerts(c.var.operator, readQuery(c.req.raw, alertFilter))).answer),
  )
  door.get('/settings', async (c) => c.json((await listSettings(c.var.operator)).answer))
  door.put('/settings', async (c) => {
    const changes = await readJsonBody(c.req.raw, sourceSettings, most)
    return c.json((await changeSettings(c.var.operator, changes)).answer)
  })
  door.get(
    '/actions',
    async (c) => c.json((await listActions(c.var.operator, readQuery(c.req.raw, actionFilter))).answer),
  )
  door.get(
    '/usage',
    async (c) => c.json((await usageReport(c.var.operator, readQuery(c.req.raw, usageFilter))).answer),
  )
}
