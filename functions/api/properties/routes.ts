import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { createDoor } from '../../_shared/http/door.ts'
import { readJsonBody } from '../../_shared/http/json-body.ts'
import { readQuery } from '../../_shared/http/query-parameters.ts'
import { type Limited, quota } from '../../_shared/oauth/quota.ts'
import { countedBy } from '../../_shared/search/usage.ts'
import { identifyPropertyCaller, type PropertyCaller } from '../../_shared/properties/caller.ts'
import { type ListInput, listInput, listProperties } from '../../_shared/properties/list.ts'
import { readProperty, readPropertyMedia, readPropertyTimeline } from '../../_shared/properties/one.ts'
import { createProperty, updateProperty, withdrawProperty } from '../../_shared/properties/write.ts'

type Variables = { properties: PropertyCaller; client: Limited; clientId?: string }

const content = z.record(z.string().max(100), z.unknown())
const withdrawal = z.strictObject({
  reason: z.string().min(1).max(500).default('Deleted through the property API'),
})
const size = { maxBytes: 1_000_000 }

/** The older service's properties: users with the rights of the Data API, clients as readers of what is served. */
export function addPropertyRoutes(door: ReturnType<typeof createDoor>): void {
  const routes = new Hono<{ Variables: Variables }>({ strict: false })
  routes.use('*', async (c, next) => {
    const caller = await identifyPropertyCaller(c.req.raw)
    c.set('properties', caller)
    c.set('client', caller.limited)
    c.set('clientId', caller.name)
    await next()
  })
  routes.use('*', quota())
  const list = async (c: Context<{ Variables: Variables }>) =>
    c.json(await search(c.var.properties, readQuery(c.req.raw, listInput)))

  routes.get('/', list)
  routes.get('/search', list)
  routes.post(
    '/search',
    async (c) => c.json(await search(c.var.properties, await readJsonBody(c.req.raw, listInput, size))),
  )
  routes.post(
    '/',
    async (c) =>
      c.json(
        { data: await createProperty(c.var.properties, await readJsonBody(c.req.raw, content, size)) },
        201,
      ),
  )
  routes.get('/:id', async (c) => c.json({ data: await readProperty(c.var.properties, c.req.param('id')) }))
  routes.put('/:id', async (c) =>
    c.json({
      data: await updateProperty(
        c.var.properties,
        c.req.param('id'),
        await readJsonBody(c.req.raw, content, size),
      ),
    }))
  routes.delete('/:id', async (c) => {
    const { reason } = await readJsonBody(c.req.raw, withdrawal, size)
    return c.json({ data: await withdrawProperty(c.var.properties, c.req.param('id'), reason) })
  })
  routes.get('/:id/media', async (c) => {
    const media = await readPropertyMedia(c.var.properties, c.req.param('id'))
    return c.json({ data: media, meta: { total: media.length } })
  })
  routes.get('/:id/timeline', async (c) => {
    const entries = await readPropertyTimeline(c.var.properties, c.req.param('id'))
    return c.json({ data: entries, meta: { total: entries.length } })
  })
  door.route('/v1/properties', routes)
}

/** A list counts as what F/search answers does, against the same most a day. */
async function search(caller: PropertyCaller, input: ListInput) {
  const listed = async () => {
    const page = await listProperties(caller, input)
    return { page, records: page.data.length }
  }
  return (await countedBy(caller.name, listed())).page
}
