import type { Page } from 'playwright-core'
import type { ConsoleUnderTest, Visit } from '../../support/console.ts'
import { settled } from './pages.ts'

const scopes = ['self', 'team', 'global', 'org_admin', 'system_admin']
type Scope = 'self' | 'team' | 'global' | 'org_admin' | 'system_admin'
type Ask = [method: 'GET' | 'POST', path: string, body?: unknown]

/**
 * Every page of the menu: from which scope on it is one's own, and what the hub is asked behind it. Pages without a
 * question show rows of the Data API, which are for each the own ones (tests/database/access.test.ts).
 */
const pages: { name: string; least: Scope; ask?: Ask }[] = [
  { name: 'inbox', least: 'self', ask: ['GET', 'rest/v1/listing_inbox?limit=1'] },
  { name: 'board', least: 'self', ask: ['GET', 'rest/v1/broker_board?limit=1'] },
  { name: 'map', least: 'self' },
  { name: 'approvals', least: 'team' },
  {
    name: 'review',
    least: 'team',
    ask: ['POST', 'rest/v1/rpc/bulk_review', {
      action: 'publish',
      filter: { city: 'Nowhere' },
      dry_run: true,
    }],
  },
  { name: 'dashboard', least: 'team' },
  { name: 'sources', least: 'org_admin', ask: ['GET', 'functions/v1/sources'] },
  { name: 'ingest', least: 'org_admin', ask: ['GET', 'functions/v1/ingest/runs'] },
  { name: 'quarantine', least: 'org_admin', ask: ['GET', 'functions/v1/ingest/quarantine'] },
  { name: 'media', least: 'org_admin' },
  { name: 'deliveries', least: 'org_admin', ask: ['GET', 'functions/v1/egress/failures'] },
  { name: 'feeds', least: 'org_admin', ask: ['GET', 'functions/v1/egress/feeds/homesoverseas.xml'] },
  { name: 'clients', least: 'org_admin', ask: ['GET', 'functions/v1/admin/clients'] },
  { name: 'webhooks', least: 'org_admin' },
  { name: 'clock', least: 'org_admin', ask: ['GET', 'functions/v1/admin/status'] },
  { name: 'people', least: 'org_admin' },
  { name: 'settings', least: 'org_admin', ask: ['GET', 'functions/v1/admin/settings'] },
]

/** What of a page is for fewer than the page. */
const acts: { page: string; button: string; least: Scope; ask: Ask }[] = [
  {
    page: 'deliveries',
    button: 'Send what is due now',
    least: 'system_admin',
    ask: ['POST', 'functions/v1/egress/run', { job: 'stale_runs' }],
  },
]

const roles: { user: string; scope: Scope }[] = [
  { user: 'broker_cy', scope: 'self' },
  { user: 'manager_cy', scope: 'team' },
  { user: 'broker_hu', scope: 'global' },
  { user: 'org_admin_cy', scope: 'org_admin' },
  { user: 'system_admin', scope: 'system_admin' },
]

const reaches = (scope: Scope, least: Scope) => scopes.indexOf(scope) >= scopes.indexOf(least)

/** What each role is shown, and what the hub answers behind it; beside it what it should be. */
export async function refusesWhatIsNotYours(console: ConsoleUnderTest) {
  const seen: Record<string, Matrix> = {}
  const wanted: Record<string, Matrix> = {}
  for (const { user, scope } of roles) {
    seen[scope] = await withScope(console, user, scope, (visit) => look(console, visit))
    wanted[scope] = {
      menu: pages.filter(({ least }) => reaches(scope, least)).map(({ name }) => `/console/${name}`),
      refused: pages.filter(({ least }) => !reaches(scope, least)).map(({ name }) => name),
      buttons: acts.filter(({ least }) => reaches(scope, least)).map(({ button }) => button),
      answers: Object.fromEntries(
        [...pages, ...acts].flatMap(({ ask, least }) => ask ? [[ask[1], reaches(scope, least)]] : []),
      ),
      faults: [],
    }
  }
  return { seen, wanted }
}

interface Matrix {
  menu: (string | null)[]
  refused: string[]
  buttons: string[]
  answers: Record<string, boolean | string>
  faults: string[]
}

/** No user of the demo has the scope `global`: one is given it for as long as this takes. */
async function withScope<Answer>(
  console: ConsoleUnderTest,
  user: string,
  scope: Scope,
  work: (visit: Visit) => Promise<Answer>,
): Promise<Answer> {
  const { pool, users } = console.hub
  const set = (scope: string) =>
    pool.query('update mls_user_access set scope = $2 where user_id = $1', [users[user]!.id, scope])
  const { rows: [before] } = await pool.query('select scope from mls_user_access where user_id = $1', [
    users[user]!.id,
  ])
  if (before.scope !== scope) await set(scope)
  const visit = await console.open(user, 'access')
  try {
    return await work(visit)
  } finally {
    await visit.close()
    if (before.scope !== scope) await set(before.scope)
  }
}

async function look({ hub }: ConsoleUnderTest, { page, goto, faults }: Visit): Promise<Matrix> {
  await page.getByRole('link', { name: 'Inbox' }).waitFor()
  const menu = await page.getByRole('navigation').getByRole('link').evaluateAll((links) =>
    links.map((link) => link.getAttribute('href'))
  )
  const refused: string[] = []
  const buttons: string[] = []
  for (const { name } of pages) {
    await goto(`/${name}`)
    const refusal = page.getByText('This page is for the scope')
    await page.locator(`main[data-page="/${name}"]`).waitFor()
    await refusal.or(page.getByRole('heading', { level: 1 })).first().waitFor()
    if (await refusal.count()) {
      refused.push(name)
      continue
    }
    for (const { page: of, button } of acts) {
      if (of !== name) continue
      await settled(page)
      if (await page.getByRole('button', { name: button }).count()) buttons.push(button)
    }
  }
  const token = await tokenOf(page)
  const asked = [...pages, ...acts].flatMap(({ ask }) => ask ? [ask] : [])
  const answers = await Promise.all(asked.map(async ([method, path, body]) => {
    const response = await fetch(`${hub.apiUrl}/${path}`, {
      method,
      headers: {
        apikey: hub.publishableKey,
        authorization: `Bearer ${token}`,
        ...body ? { 'content-type': 'application/json' } : {},
      },
      body: body ? JSON.stringify(body) : undefined,
    })
    await response.arrayBuffer()
    return [path, response.ok ? true : response.status === 403 ? false : String(response.status)] as const
  }))
  return { menu, refused, buttons, answers: Object.fromEntries(answers), faults }
}

/** The token that the page itself holds. */
const tokenOf = (page: Page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem('mls-console')!).access_token as string)
