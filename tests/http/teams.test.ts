import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resourceByName } from '../../functions/_shared/reso/dictionary.ts'
import { filledRecord, statedFields } from '../support/filled-record.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Teams, and what the standard expects of members and offices: in, and out as they came. */
let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient
let granted: ODataClient

const own = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' }

beforeAll(async () => {
  hub = await startHub()
  cyprus = await newClient(hub, { offices: ['SHARPSIR-CY-001'], profile: 'dd2' })
  hungary = await newClient(hub, { offices: ['SHARPSIR-HU-001'], profile: 'dd2' })
  granted = await newClient(hub, {
    offices: ['*'],
    profile: 'dd2',
    grants: ['Member.*', 'Office.*', 'Media.*'],
  })
})
afterAll(() => hub?.stop())

/** Whatever becomes of it. */
const send = async (resource: string, record: Row) => {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('databricks')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify([record]),
  })
  const { records: [result] } = await response.json()
  expect([result.outcome, result.errors]).toEqual([
    expect.stringMatching(/insert|refresh|delete|track/),
    undefined,
  ])
}
describe('everything that a source may say comes out again', () => {
  const keys: Record<string, Row> = {
    Member: { MemberKey: 'QOBRIX_M', OfficeKey: 'SHARPSIR-CY-001' },
    Office: { OfficeKey: 'QOBRIX_O' },
    Teams: { TeamKey: 'QOBRIX_TEAM_0' },
    TeamMembers: { TeamMemberKey: 'QOBRIX_TEAM_0_1', TeamKey: 'QOBRIX_TEAM_0', MemberKey: 'QOBRIX_M' },
  }

  it.each(Object.keys(keys))('%s, changed, and cleared by null', async (name) => {
    const resource = resourceByName(name)!
    const key = keys[name]![resource.key] as string
    const said = statedFields(resource).filter((field) =>
      // what is derived of others, or kept for the batch
      !['etl_timestamp', 'X_QobrixThumbnailUrl', 'X_QobrixMediaCategory', 'PreferredPhotoYN'].includes(
        field.name,
      ) &&
      !/^X_QobrixModified$|^X_QobrixCreated$/.test(field.name)
    )
    for (const n of [0, 1]) {
      const record: Row = { ...filledRecord(resource, n), ...keys[name], ...own }
      for (const field of ['X_QobrixModified', 'X_QobrixCreated', 'X_QobrixMediaCategory']) {
        delete record[field]
      }
      if (resource.fields.some((field) => field.name === 'ModificationTimestamp' && field.gold !== false)) {
        record.ModificationTimestamp = `2026-03-0${n + 1}T00:00:00Z`
      }
      await send(resource.ingestName, record)
      const { body } = await granted.get(`/${name}('${key}')`)
      for (const { name: field, dd, type } of said) {
        const wanted = dd?.multi
          ? String(record[field]).split(',')
          : type.startsWith('DECIMAL')
          ? Number(record[field])
          : record[field]
        expect([n, field, body[field]]).toEqual([n, field, wanted])
      }
    }
    const cleared = said.filter(({ name, view, column }) =>
      !view && !column && name !== 'ResourceName' && !Object.hasOwn(keys[resource.name]!, name)
    )
    await send(resource.ingestName, {
      ...keys[name],
      ...own,
      ModificationTimestamp: '2026-04-01T00:00:00Z',
      ...Object.fromEntries(cleared.map((field) => [field.name, null])),
    })
    const { body } = await granted.get(`/${name}('${key}')`)
    for (const { name: field, dd } of cleared) {
      expect([field, body[field]]).toEqual([field, dd?.multi ? [] : null])
    }
  })

  it('with where it comes from, where nobody says it', async () => {
    await sendGold(hub, 'member', [{ ...own, MemberKey: 'QOBRIX_plain', X_QobrixAgentId: '17' }])
    expect((await cyprus.get("/Member('QOBRIX_plain')")).body).toMatchObject({
      OriginatingSystemID: 'QOBRIX',
      OriginatingSystemName: expect.any(String),
      OriginatingSystemMemberKey: '17',
      SourceSystemName: 'MLS hub',
    })
  })

  it('but a login name, without a grant', async () => {
    expect((await cyprus.get('/Member?$select=MemberLoginId')).body.error.code).toBe('unknown_field')
    expect((await cyprus.get('/$metadata')).text).not.toContain('MemberLoginId')
  })
})

it('teams lead to their members and back', async () => {
  await sendGold(hub, 'member', [{ ...own, MemberKey: 'QOBRIX_lead', MemberFullName: 'Анна' }])
  await sendGold(hub, 'teams', [{
    ...own,
    TeamKey: 'QOBRIX_T',
    TeamName: 'Desk',
    TeamLeadKey: 'QOBRIX_lead',
  }])
  await sendGold(
    hub,
    'team_members',
    [1, 2].map((n) => ({
      ...own,
      TeamMemberKey: `QOBRIX_T_${n}`,
      TeamKey: 'QOBRIX_T',
      MemberKey: n === 1 ? 'QOBRIX_lead' : 'QOBRIX_nobody',
    })),
  )
  const [team] = await cyprus.rows(
    "/Teams?$filter=TeamKey eq 'QOBRIX_T'&$expand=TeamLead($select=MemberFullName),TeamMembers($select=MemberKey;$expand=Member($select=MemberFullName);$orderby=TeamMemberKey)",
  )
  expect(team).toMatchObject({
    TeamLead: { MemberFullName: 'Анна' },
    TeamMembers: [{ Member: { MemberFullName: 'Анна' } }, { Member: null }],
  })
  expect(await hungary.rows('/Teams')).toEqual([])
})
