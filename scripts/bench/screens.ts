import { readFileSync } from 'node:fs'
import pg from 'pg'
import { demoUsers } from '../stack/demo.ts'
import { compare, type Line, ms, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'

/** What apps show, asked for by an administrator: the rows are the same with and without row level security. */
const screens: Record<string, string> = {
  inbox: 'select * from listing_inbox order by seq desc limit 50',
  board: 'select * from broker_board order by status_changed_at, id limit 50',
  'figures of a week': 'select * from dashboard_daily(current_date - 7)',
  'stages of a week': 'select * from dashboard_stages(current_date - 7)',
}

/** Screens are asked for so often per measurement: one alone is over too soon to be measured. */
const times = 20

/** What row level security costs the screens at a hundred thousand listings. */
export const screensUnderRls: Subject<BenchHub> = {
  name: 'screens',
  async run(hub) {
    const volume = readFileSync(new URL('volume.sql', import.meta.url), 'utf8')
    for (const statement of volume.split(/;\n/)) if (statement.trim()) await hub.client.query(statement)
    const { rows: [tenant] } = await hub.client.query(`select id from mls_tenants where code = 'CY'`)
    const claims = JSON.stringify({
      role: 'authenticated',
      sub: demoUsers.org_admin_cy.id,
      uoi: tenant.id,
      active_scope: 'org_admin',
      crud: 'crud',
    })
    const owner = await connect(hub.databaseUrl, claims)
    const user = await connect(hub.databaseUrl, claims, 'authenticated')
    try {
      const lines: Line[] = []
      for (const [name, sql] of Object.entries(screens)) {
        const repeat = async (client: pg.Client) => {
          for (let n = 0; n < times; n++) await client.query(sql)
        }
        const { without, under } = await compare({ without: () => repeat(owner), under: () => repeat(user) })
        lines.push({
          name: `screens, ${name} under row level security`,
          value: under / without,
          unit: 'x',
          limit: { max: 1.5 },
          detail: `${ms(under / times)} against ${ms(without / times)}`,
        })
      }
      return lines
    } finally {
      await owner.end()
      await user.end()
    }
  },
}

/** A session with the claims of a user: as the role that policies hold for, or as the owner, whom they do not bind. */
async function connect(url: string, claims: string, role?: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  if (role) await client.query(`set role ${role}`)
  await client.query(`select set_config('request.jwt.claims', $1, false)`, [claims])
  return client
}
