import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { queueDue } from '../../functions/_shared/sources/schedule.ts'
import { runSources } from '../../functions/_shared/sources/run-sources.ts'
import {
  copy,
  emptied,
  hub,
  ingest,
  listing,
  media,
  origin,
  row,
  rules,
  settle,
  usePhotoHub,
} from '../support/photo-hub.ts'
import { photo, refuses, sends } from '../support/photo-origin.ts'
import { addMarket, addSource, runNow, start } from '../support/sources/hub.ts'
import { signedUpstreams, type Upstream } from '../support/sources/signed-upstreams.ts'

/** Addresses that are over before they are copied: who can be asked for fresh ones is, and who cannot is told. */
usePhotoHub()
emptied()
const open: Upstream[] = []
let signature = 'old'
let markets = 0
/** A source whose pictures are at the host, under addresses of the signature of the moment. */
const upstream = async (name: keyof typeof signedUpstreams) => {
  const opened = await signedUpstreams[name]!((path) => `${origin.url}/${path}.jpg?sig=${signature}`)
  open.push(opened)
  return opened
}

beforeEach(() => {
  signature = 'old'
  origin.otherwise = async (request, response, path) => {
    const signed = new URL(request.url!, 'http://x').searchParams.get('sig')
    return (signed === 'old' ? refuses(403) : sends(await photo(path)))(request, response, path)
  }
})
afterEach(async () => void await Promise.all(open.splice(0).map(({ close }) => close())))

async function source(name: string, upstream: Pick<Upstream, 'settings' | 'credentials'>, members = {}) {
  const code = `F${String.fromCharCode(65 + markets++)}`
  const office = await addMarket(hub.pool, code)
  const id = await addSource(hub.pool, {
    office_key: office,
    code,
    provider: name.split(',')[0],
    settings: upstream.settings,
    credentials: upstream.credentials,
    media: { hotlink: 'expires' },
    ...members,
  })
  return { id, office }
}

const states = async (office: string) =>
  (await hub.pool.query(
    `select copy_status as status, count(*)::int as n from mls_listing_media
     where originating_office_key = $1 and media_category in ('image', 'floorplan') and shared_from is null group by 1`,
    [office],
  )).rows
const wanted = async (office: string) =>
  (await hub.pool.query(
    `select w.asked, w.due_at > now() as later from mls.wanted_addresses w where w.office_key = $1`,
    [office],
  )).rows
const isOver = (office: string) =>
  hub.pool.query(`update mls.wanted_addresses set due_at = now() where office_key = $1`, [office])
/** The clock of sources: queues what is due, and works. */
const tick = async (id: string) =>
  (await runSources(hub.pool, { source: id })).slices.map(({ mode, outcome }) => [mode, outcome])

describe.each(Object.keys(signedUpstreams).filter((name) => name !== 'RETS, pictures inside'))(
  'a source %s',
  (name) => {
    it('is asked for the pictures of these listings, soon, and nothing else of it is read', async () => {
      const { asked, sign, ...settings } = await upstream(name)
      const { id, office } = await source(name, settings)
      expect(await runNow(hub.pool, id)).toMatchObject({ status: 'finished' })
      const [{ n: total }] = await states(office)
      expect(await copy()).toMatchObject({ waiting: total })
      expect(await wanted(office)).toEqual(Array(total).fill({ asked: 0, later: false }))

      signature = 'new'
      await sign()
      const before = asked().length
      expect(await tick(id)).toEqual([['MEDIA', 'finished']])
      const { rows: [run] } = await hub.pool.query(
        `select r.mode, r.counts_by_resource - 'media' as others, r.counts_by_resource -> 'media' -> 'refresh' as renewed,
         (select count(*)::int from mls_source_errors e where e.run_id = r.id) as errors
       from mls_source_runs r where r.source_id = $1 and r.mode = 'MEDIA'`,
        [id],
      )
      expect(run).toEqual({ mode: 'MEDIA', others: {}, renewed: total, errors: 0 })
      expect(asked().slice(before).filter((address) => /Member|Office|agents|Search/i.test(address)))
        .toEqual([])

      await settle()
      expect(await states(office)).toEqual([{ status: 'stored', n: total }])
      expect(await wanted(office)).toEqual([])
      expect(await tick(id)).toEqual([])
      // what a person starts is not in its way, and is the last run that people see
      expect(await runNow(hub.pool, id, 'DELTA')).toMatchObject({ mode: 'DELTA', status: 'finished' })
    })
  },
)

describe('a source', () => {
  it('is asked later each time where it has no better address, and no more after the sixth', async () => {
    const { id, office } = await source('RETS', await upstream('RETS'))
    await runNow(hub.pool, id)
    await copy()
    for (let time = 1; time <= 6; time++) {
      expect(await tick(id)).toEqual([['MEDIA', 'finished']])
      expect(await tick(id)).toEqual([])
      expect(await wanted(office)).toEqual(Array(6).fill({ asked: time, later: true }))
      if (time < 6) await isOver(office)
    }
    expect(
      (await hub.pool.query(`select distinct due_at = 'infinity' as never from mls.wanted_addresses`)).rows,
    )
      .toEqual([{ never: true }])
    expect((await hub.pool.query('select mls.media_status() -> $1 as told', ['fresh_addresses'])).rows)
      .toEqual([{
        told: { wanted: 0, given_up: 6 },
      }])
  })

  it('is asked behind a DELTA and before a FULL goes on, and a person can start either meanwhile', async () => {
    const { id } = await source('RETS', await upstream('RETS'))
    await runNow(hub.pool, id)
    await copy()
    expect(await queueDue(hub.pool)).toBe(1)
    expect(await queueDue(hub.pool)).toBe(0)
    for (const mode of ['FULL', 'DELTA'] as const) {
      await start(hub.pool, id, mode)
      expect(await tick(id)).toEqual(
        mode === 'FULL'
          ? [['MEDIA', 'finished'], ['FULL', 'finished']]
          : [['DELTA', 'finished'], ['MEDIA', 'finished']],
      )
      await hub.pool.query('update mls.wanted_addresses set due_at = now() where true')
    }
  })

  it('that refuses is asked about the others all the same; one that is switched off is not asked', async () => {
    const { id, office } = await source('RESO', await upstream('RESO, pictures apart'))
    await runNow(hub.pool, id)
    await copy()
    await hub.pool.query(`update mls_sources set enabled = false where id = $1`, [id])
    expect(await tick(id)).toEqual([])
    // its answer to this filter is an error, for the key is no key there
    await hub.pool.query(
      `update mls_sources set enabled = true, settings = settings || '{"filter": "Nothing gt 1"}' where id = $1`,
      [id],
    )
    expect(await tick(id)).toEqual([['MEDIA', 'finished']])
    expect((await wanted(office))[0]).toEqual({ asked: 1, later: true })
  })

  it('keeps a copy that is shown while a second look waits for its address', async () => {
    signature = 'new'
    const { id, office } = await source('RETS', await upstream('RETS'))
    await runNow(hub.pool, id)
    await settle()
    signature = 'old'
    await runNow(hub.pool, id)
    for (const stamp of ['2026-01-01', '2026-02-01']) {
      await hub.pool.query(
        `update mls_listing_media set source_stamp = $2 where originating_office_key = $1`,
        [office, stamp],
      )
    }
    await settle()
    expect(await states(office)).toEqual([{ status: 'stored', n: 6 }])
    expect(await wanted(office)).toHaveLength(6)
    signature = 'newer'
    expect(await tick(id)).toEqual([['MEDIA', 'finished']])
    await settle()
    expect(await wanted(office)).toEqual([])
    expect((await hub.pool.query('select from mls_listing_media where copy_error is not null')).rowCount)
      .toBe(0)
  })

  it('is asked again for a picture that came inside its answer and is here no longer', async () => {
    const { id, office } = await source('RETS', await upstream('RETS, pictures inside'), {
      media: { keep_days: 0 },
    })
    await runNow(hub.pool, id)
    const hide = (hidden: boolean) =>
      hub.pool.query(`update mls_listing_media set is_hidden = $2 where originating_office_key = $1`, [
        office,
        hidden,
      ])
    await hide(true)
    await copy()
    await hide(false)
    expect(await copy()).toMatchObject({ waiting: 6 })
    expect(await tick(id)).toEqual([['MEDIA', 'finished']])
    await settle()
    expect(await states(office)).toEqual([{ status: 'stored', n: 6 }])
  })
})

describe('who sends batches', () => {
  const office = 'SHARPSIR-CY-001'
  let token: string
  beforeAll(async () => {
    token = await hub.token('databricks')
  })
  const asked = async (query: string) => {
    const response = await fetch(`${hub.functionsUrl}/ingest/addresses?${query}`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    return { status: response.status, ...await response.json() }
  }

  it('is told which pictures to send again, and why one is not shown', async () => {
    await rules({ hotlink: 'expires' })
    await ingest('property', [listing('QOBRIX_1')])
    const record = (name: string, sig: string) => media(name, 'QOBRIX_1', `/${name}.jpg?sig=${sig}`)
    await ingest('media', [record('a', 'old'), record('b', 'old'), record('c', 'new')])
    await copy()
    const told = await asked(`office_key=${office}`)
    // the oldest first: they may have come in either order
    told.media.sort((a: { media_key: string }, b: { media_key: string }) =>
      a.media_key < b.media_key ? -1 : 1
    )
    expect(told).toEqual({
      status: 200,
      media: ['a', 'b'].map((key) => ({
        media_key: key,
        listing_key: 'QOBRIX_1',
        wanted_since: expect.any(String),
      })),
    })
    expect((await asked(`office_key=${office}&limit=1`)).media).toHaveLength(1)
    expect(await asked(`office_key=${office}&limit=0`)).toMatchObject({ status: 400 })
    expect(await asked('office_key=NOWHERE')).toMatchObject({ status: expect.toBeOneOf([400, 403, 404]) })
    const { rows: [{ why }] } = await hub.pool.query(
      `select mls.explain_media('a') -> 0 ->> 'why' as why`,
    )
    expect(why).toMatch(/address is over/)

    await ingest('media', [record('a', 'new'), record('b', 'new')])
    expect((await asked(`office_key=${office}`)).media).toEqual([])
    await settle()
    expect(await row('a')).toMatchObject({ copy_status: 'stored' })
    expect((await hub.pool.query('select from mls.wanted_addresses')).rowCount).toBe(0)
  })
})
