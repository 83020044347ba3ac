import { demoUsers, teamCy } from '../../../scripts/stack/demo.ts'

/** Somebody who asks the database: the role a request runs as, and what it carries. */
export interface Actor {
  role: 'anon' | 'authenticated' | 'mls_api_read' | 'service_role'
  /** Claims of a user token. */
  claims?: Record<string, unknown>
  /** Machine client whose signed claims the OData door would set. */
  client?: string
}

const user = (
  tenant: string,
  scope: string,
  id: string,
  teams: string[] = [],
): Actor => ({
  role: 'authenticated',
  claims: { role: 'authenticated', sub: id, uoi: tenant, active_scope: scope, crud: 'crud', team_ids: teams },
})

const stranger = 'b0000000-0000-4000-8000-0000000000ff'

/** Every kind of actor, with all rights its scope can have, before rows of Cyprus that broker_cy holds. */
export function actors(cyprus: string, hungary: string): Record<string, Actor> {
  return {
    anon: { role: 'anon', claims: { role: 'anon' } },
    no_claims: { role: 'authenticated', claims: { role: 'authenticated' } },
    self: user(cyprus, 'self', demoUsers.broker_cy.id, [teamCy]),
    colleague: user(cyprus, 'self', stranger),
    team: user(cyprus, 'team', demoUsers.manager_cy.id, [teamCy]),
    global: user(cyprus, 'global', stranger),
    org_admin: user(cyprus, 'org_admin', demoUsers.org_admin_cy.id),
    system_admin: user(hungary, 'system_admin', demoUsers.system_admin.id),
    other_market: user(hungary, 'org_admin', stranger),
    portal: { role: 'mls_api_read', client: 'portal_cy' },
    service: { role: 'service_role', claims: { role: 'service_role' } },
  }
}
