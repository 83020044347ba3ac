import { afterEach, describe, expect, it, vi } from 'vitest'
import { pageIn, withLink, withRoot } from '../../../functions/_shared/router/hub-text.ts'
import { routedHubs } from '../../../functions/_shared/router/hubs.ts'
import { difference } from '../../../functions/_shared/router/metadata.ts'
import { sumClusters, sumFacets } from '../../../functions/_shared/router/sums.ts'
import { hubsOf, sealTokens } from '../../../functions/_shared/router/token.ts'
import { openWalk, sealWalk } from '../../../functions/_shared/router/walk.ts'

afterEach(() => vi.unstubAllEnvs())

const key = Buffer.alloc(32, 7).toString('base64url')
const later = Math.floor(Date.now() / 1_000) + 3_600

describe('MLS_ROUTER_HUBS', () => {
  const read = (text: string) => {
    vi.stubEnv('MLS_ROUTER_HUBS', text)
    return routedHubs()
  }

  it('is a list of names and addresses', () => {
    expect(read('[{"name":"cy","url":"https://a.example/functions/v1/"},{"name":"hu","url":"http://b"}]'))
      .toEqual([{ name: 'cy', url: 'https://a.example/functions/v1' }, { name: 'hu', url: 'http://b' }])
  })

  it.each([
    ['', 'not set'],
    ['cy', 'not JSON'],
    ['[]', 'a list of 1 to 10'],
    ['{"name":"cy"}', 'a list of 1 to 10'],
    ['[null]', 'hub 1 has no name'],
    ['[{"name":"Кипр","url":"https://a"}]', 'hub 1 has no name'],
    ['[{"name":"cy"}]', 'the url of cy'],
    ['[{"name":"cy","url":"ftp://a"}]', 'the url of cy'],
    ['[{"name":"cy","url":"https://a"},{"name":"cy","url":"https://b"}]', 'two hubs have the same name'],
  ])('%s is refused', (text, reason) => {
    expect(() => read(text)).toThrow(reason)
  })
})

describe('the token of the router', () => {
  const hubs = ['cy', 'hu'].map((name) => ({ name, url: `https://${name}.example` }))
  const from = (token: string) =>
    new Request('https://r.example', { headers: { Authorization: `Bearer ${token}` } })

  it('opens to the hubs it is for, and says nothing of itself', async () => {
    vi.stubEnv('MLS_ROUTER_KEY', key)
    const token = await sealTokens({ tokens: { hu: 'two', cy: 'one' }, isWhole: true, expires: later })
    expect(Buffer.from(token.split('.')[3]!, 'base64url').toString()).not.toContain('one')
    expect(await hubsOf(from(token), hubs)).toEqual([
      { ...hubs[0], token: 'one' },
      { ...hubs[1], token: 'two' },
    ])
  })

  it('is refused when it is old, another one, changed, or when hubs were added', async () => {
    vi.stubEnv('MLS_ROUTER_KEY', key)
    const whole = { tokens: { cy: 'one' }, isWhole: true, expires: later }
    const refusals = [
      await sealTokens({ ...whole, tokens: { cy: 'a', hu: 'b' }, expires: 1 }),
      await sealTokens(whole),
      await sealTokens({ ...whole, tokens: { gr: 'one' }, isWhole: false }),
      (await sealTokens({ ...whole, isWhole: false })).replace(
        /.(?=.{9}$)/,
        (one) => one === 'A' ? 'B' : 'A',
      ),
      'eyJhbGciOiJub25lIn0.e30.',
      'x',
    ]
    for (const token of refusals) {
      await expect(hubsOf(from(token), hubs)).rejects.toMatchObject({ code: 'invalid_token', status: 401 })
    }
    const other = await sealTokens({ ...whole, tokens: { cy: 'a', hu: 'b' } })
    vi.stubEnv('MLS_ROUTER_KEY', Buffer.alloc(32, 8).toString('base64url'))
    await expect(hubsOf(from(other), hubs)).rejects.toMatchObject({ code: 'invalid_token' })
    vi.stubEnv('MLS_ROUTER_KEY', 'short')
    await expect(hubsOf(from(`${other}x`), hubs)).rejects.toMatchObject({ code: 'not_configured' })
  })
})

describe('the place of a walk', () => {
  const walk = {
    places: { cy: 'a.b', hu: null },
    size: 10,
    remaining: null,
    skipped: 0,
    changes: null,
    last: ['ä', null],
  }

  it('comes back as it was', () => expect(openWalk(sealWalk(walk), ['hu', 'cy'])).toEqual(walk))

  it.each([
    [sealWalk(walk), ['cy']],
    [sealWalk(walk), ['cy', 'hu', 'gr']],
    [sealWalk({ ...walk, size: -1 }), ['cy', 'hu']],
    [sealWalk({ ...walk, remaining: 0.5 }), ['cy', 'hu']],
    [sealWalk({ ...walk, places: { cy: 1, hu: null } as never }), ['cy', 'hu']],
    ['bnVsbA', ['cy', 'hu']],
    ['x', []],
  ])('%s is refused for %j', (text, hubs) => {
    expect(() => openWalk(text, hubs)).toThrow('follow nextLink unchanged')
  })
})

describe('answers of a hub', () => {
  it('a page is cut by its marks, whatever its texts hold', () => {
    const rows = ['{"A":"],\\"value\\":[\\n"}', '{"A":1.10,"B":[{"C":"}"}]}', '{"A":"🏠"}']
    const marks = {
      order: [],
      size: 3,
      isBounded: false,
      end: null,
      digest: 'd',
      rows: rows.map((row, index) => [['"value":['], `t${index}`, row.length]),
    }
    const page = (more: string) =>
      `{"@odata.count":3,"@mls.marks":${JSON.stringify(marks)},"value":[${rows.join(',\n')}]${more}}`
    expect(pageIn(page('')).rows.map(({ text }) => text)).toEqual(rows)
    expect(pageIn(page('')).hasMore).toBe(false)
    const read = pageIn(page(',"@odata.nextLink":"https://a/x?$skiptoken=y"'))
    expect(read).toMatchObject({ hasMore: true, head: { '@odata.count': 3 } })
    marks.rows[1]![2] = 3
    expect(() => pageIn(page(''))).toThrow('do not fit')
  })

  it('addresses become those of the router', () => {
    const text =
      '{"@odata.context":"https://a/odata/$metadata#Property","value":["https://a/odata/$metadata"]}'
    expect(withRoot(text, 'https://r/router/odata')).toBe(
      '{"@odata.context":"https://r/router/odata/$metadata#Property","value":["https://a/odata/$metadata"]}',
    )
    const link = (token: string) => `https://r/?${token}`
    expect(withLink('{"value":[],"@odata.nextLink":"https://a/odata/M?$top=1&$skiptoken=a.b"}', link))
      .toBe('{"value":[],"@odata.nextLink":"https://r/?a.b"}')
    for (const same of ['{"value":[]}', '{"X":"\\"@odata.nextLink\\":\\"https://a\\"}"}', '']) {
      expect(withLink(same, link)).toBe(same)
    }
  })

  it('two models that differ are told by what one has and the other has not', () => {
    const model = (...fields: string[]) =>
      `<EntityType Name="Property">${
        fields.map((name) => `<Property Name="${name}" Type="Edm.String"/>`).join('')
      }</EntityType>`
    expect(difference(model('City', 'View'), model('City'), ['cy', 'hu']))
      .toMatch(/^Property\/View is in hub cy and not in hu/)
    expect(difference(model('City'), model('City', 'View'), ['cy', 'hu']))
      .toMatch(/^Property\/View is in hub hu and not in cy/)
    expect(difference(model('City'), model('City ').replace('City "', 'City"  '), ['cy', 'hu']))
      .toContain('hubs cy and hu differ')
  })
})

describe('sums', () => {
  it('of facets are those of all rows', () => {
    expect(sumFacets([
      {
        city: [{ value: 'Limassol', count: 3 }, { value: 'Paphos', count: 1 }],
        price: [{ from: 2, to: 3, count: 1 }],
      },
      {
        city: [{ value: 'Paphos', count: 5 }],
        price: [{ from: 1, to: 2, count: 2 }, { from: 2, to: 3, count: 1 }],
      },
      { city: [] },
    ])).toEqual({
      city: [{ value: 'Paphos', count: 6 }, { value: 'Limassol', count: 3 }],
      price: [{ from: 1, to: 2, count: 2 }, { from: 2, to: 3, count: 2 }],
    })
  })

  it('of clusters join those of one tile', () => {
    const clusters = sumClusters([
      { location: [33, 34.7], count: 3, min_price: null },
      { location: [33.001, 34.7], count: 1, min_price: 5 },
      { location: [19, 47.5], count: 2, min_price: 7 },
    ], 6)
    expect(clusters).toMatchObject([{ count: 4, min_price: 5 }, { location: [19, 47.5], count: 2 }])
    expect(clusters[0]!.location[0]).toBeCloseTo(33.00025)
  })
})
