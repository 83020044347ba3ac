import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { guardAddress } from '../../../functions/_shared/delivery/address-guard.ts'
import { keepsHosts } from '../../../functions/_shared/sources/admin/check-source.ts'
import { dueResources } from '../../../functions/_shared/sources/due.ts'
import { redact } from '../../../functions/_shared/sources/redact.ts'
import { readMetadata } from '../../../functions/_shared/sources/reso/metadata.ts'
import { isCron, isTimezone, nextTimes } from '../../../functions/_shared/sources/schedule.ts'
import { sameHost } from '../../../functions/_shared/sources/upstream.ts'

describe('schedules', () => {
  const after = new Date('2026-03-28T22:30:00Z')
  const times = { cron: null, full_cron: null, interval_minutes: null, timezone: 'UTC' }

  it('follow the clocks of their place, over the change to summer time too', () => {
    expect(nextTimes({ ...times, cron: '0 3 * * *', timezone: 'Europe/Athens' }, after).run).toBe(
      '2026-03-29T01:00:00.000Z',
    )
    expect(nextTimes({ ...times, cron: '0 4 * * *', timezone: 'Europe/Athens' }, after).run).toBe(
      '2026-03-29T01:00:00.000Z',
    )
    expect(nextTimes({ ...times, interval_minutes: 45, full_cron: '0 1 * * 0' }, after)).toEqual({
      run: '2026-03-28T23:15:00.000Z',
      full: '2026-03-29T01:00:00.000Z',
    })
    expect(nextTimes(times, after)).toEqual({ run: null, full: null })
  })

  it('are told from what is none', () => {
    expect(['*/5 * * * *', '0 3 * * 1-5'].map(isCron)).toEqual([true, true])
    expect(['* * * *', '61 * * * *', '* * * * * *', 'hourly', ''].map(isCron)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
    expect([isTimezone('Asia/Almaty'), isTimezone('Nowhere/Else')]).toEqual([true, false])
  })

  it('leave out what is not due yet, unless a person asks', () => {
    const now = Date.parse('2026-01-01T12:00:00Z')
    const source = {
      resources: [{ name: 'property' as const }, { name: 'member' as const, every_minutes: 60 }],
      done_at: { member: '2026-01-01T11:30:00Z' },
    }
    const offered = ['office', 'member', 'property'] as const
    expect(dueResources(source, offered, { isScheduled: true, now })).toEqual(['property'])
    expect(dueResources(source, offered, { isScheduled: true, now: now + 30 * 60_000 })).toEqual([
      'member',
      'property',
    ])
    expect(dueResources(source, offered, { isScheduled: false, now })).toEqual(['member', 'property'])
    expect(dueResources({ resources: [], done_at: {} }, offered, { isScheduled: true, now })).toEqual(offered)
  })
})

describe('addresses', () => {
  const options = { plainHosts: ['rets.example.com:6103'], isLocal: 'MLS_SOURCES_LOCAL' }

  it('are refused when they lead inwards, also by plain http that was allowed', async () => {
    delete process.env.MLS_SOURCES_LOCAL
    for (
      const url of [
        'http://127.0.0.1:8000/',
        'https://localhost/',
        'https://[::1]/',
        'https://[::ffff:10.0.0.1]/',
        'https://192.168.1.1/',
        'https://0x7f000001/',
        'http://rets.example.com/',
        'http://rets.example.com:6104/',
        'ftp://rets.example.com/',
        'https://metadata.internal/',
      ]
    ) await expect(guardAddress(url, options), url).rejects.toMatchObject({ code: 'address_refused' })
    await expect(guardAddress('http://10.0.0.5/', { ...options, plainHosts: ['10.0.0.5'] })).rejects
      .toMatchObject({ code: 'address_refused' })
    await expect(guardAddress('http://rets.example.com:6103/login', options)).resolves.toBeUndefined()
    await expect(guardAddress('https://api.example.com/odata', options)).resolves.toBeUndefined()
  })

  it('that answers name are followed to the same host alone', () => {
    expect(sameHost('/odata/next', 'https://a.example/odata')).toBe('https://a.example/odata/next')
    for (
      const next of [
        'https://b.example/x',
        'http://a.example/x',
        'https://a.example:8443/x',
        '//b.example/x',
        'https://a.example.evil/x',
      ]
    ) {
      expect(() => sameHost(next, 'https://a.example/odata'), next).toThrow('another host')
    }
  })

  it('decide whether credentials may stay', () => {
    const settings = (root: string) => ({ root, auth: { type: 'bearer' } })
    expect(keepsHosts('RESO', settings('https://a.example/odata'), settings('https://a.example/other'))).toBe(
      true,
    )
    expect(keepsHosts('RESO', settings('https://a.example/odata'), settings('https://b.example/odata'))).toBe(
      false,
    )
    const withTokens = {
      root: 'https://a.example',
      auth: { type: 'client_credentials', token_url: 'https://b.example/token' },
    }
    expect(keepsHosts('RESO', settings('https://a.example'), withTokens)).toBe(false)
  })
})

it('secrets are taken out of messages, encoded ones too', () => {
  const credentials = { client_secret: 'p&ss w0rd', nested: { token: 'abcd1234' } }
  expect(redact('bad p&ss w0rd, p%26ss%20w0rd, abcd1234', credentials)).toBe('bad ***, ***, ***')
})

it('$metadata says what there is, down to names of enumerations', () => {
  const xml = `<edmx:Edmx xmlns:edmx="x" Version="4.0"><edmx:DataServices><Schema xmlns="y" Namespace="N">
    <EntityType Name="Base" Abstract="true"><Key><PropertyRef Name="ListingKeyNumeric"/></Key><Property Name="ListingKeyNumeric" Type="Edm.Int64"/></EntityType>
    <EntityType Name="P" BaseType="N.Base"><Property Name="Status" Type="N.S"/><Property Name="View" Type="Collection(N.S)"/><NavigationProperty Name="Media" Type="Collection(N.M)"/></EntityType>
    <EnumType Name="S"><Member Name="AUC"><Annotation Term="RESO.OData.Metadata.StandardName" String="Active Under Contract"/></Member></EnumType>
    <EntityContainer Name="C"><EntitySet Name="Property" EntityType="N.P"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`
  expect(readMetadata(xml, ['Property', 'Media'])).toEqual({
    Property: {
      key: 'ListingKeyNumeric',
      isKeyText: false,
      fields: ['Status', 'View', 'ListingKeyNumeric'],
      navigations: ['Media'],
      collections: [],
      enums: { Status: { AUC: 'Active Under Contract' }, View: { AUC: 'Active Under Contract' } },
    },
  })
  // half a document too; a proxy's page is the state of the moment, so the run waits and asks again
  for (const broken of ['', '<html/>', '{"a": 1}', '<edmx:Edmx>', xml.slice(0, -40), xml.slice(0, 300)]) {
    expect(() => readMetadata(broken, [])).toThrow(
      expect.objectContaining({ message: expect.stringContaining('CSDL'), fate: 'retry' }),
    )
  }
})
