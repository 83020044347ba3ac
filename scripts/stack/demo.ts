/** The API clients and users of the demo brokerage. Their secrets are made per data folder: credentials.ts. */

export interface DemoClient {
  client_id: string
  name: string
  scopes: string[]
  /** Office keys, or ['*']. */
  offices: string[]
  /** Sensitive resources and fields beyond what every client sees. */
  grants: string[]
  profile: 'gold' | 'dd2'
  /** Resources of which it adds and changes records. */
  edits?: ('Property' | 'Media')[]
}

const cyprus = 'SHARPSIR-CY-001'
const hungary = 'SHARPSIR-HU-001'
const kazakhstan = 'SHARPSIR-KZ-001'

export const demoClients: DemoClient[] = [
  {
    client_id: 'databricks',
    name: 'Databricks notebooks',
    scopes: ['ingest'],
    offices: [cyprus, hungary, kazakhstan],
    grants: [],
    profile: 'gold',
  },
  {
    client_id: 'portal_cy',
    name: 'Portal, Cyprus',
    scopes: ['odata'],
    offices: [cyprus],
    grants: [],
    profile: 'gold',
  },
  {
    client_id: 'portal_hu',
    name: 'Portal, Hungary',
    scopes: ['odata'],
    offices: [hungary],
    grants: [],
    profile: 'gold',
  },
  {
    client_id: 'partner_all',
    name: 'Partner, all markets',
    scopes: ['odata'],
    offices: ['*'],
    grants: [],
    profile: 'dd2',
  },
  {
    client_id: 'photographer_cy',
    name: 'Photographer, Cyprus: adds pictures',
    scopes: ['odata'],
    offices: [cyprus],
    grants: [],
    profile: 'dd2',
    edits: ['Media'],
  },
  {
    client_id: 'verifier_all',
    name: 'Verification, sees everything',
    scopes: ['odata'],
    offices: ['*'],
    grants: ['Contacts', 'ShowingAppointment', 'HistoryTransactional', 'Property.*', 'Member.*', 'Office.*'],
    profile: 'gold',
  },
  {
    client_id: 'operator',
    name: 'Operator',
    scopes: ['admin'],
    offices: [],
    grants: [],
    profile: 'gold',
  },
]

export interface DemoUser {
  id: string
  email: string
  /** Code of the tenant, as in mls_tenants. */
  tenant: string
  scope: 'self' | 'team' | 'global' | 'org_admin' | 'system_admin'
  /** What the user may do: letters of create, read, update, delete. */
  crud: string
  teams: string[]
}

/** Fixed, unlike their tokens, so that the seed can name them. */
export const teamCy = '7ea00000-0000-4000-8000-000000000001'

export const demoUsers = {
  broker_cy: {
    id: 'b0000000-0000-4000-8000-000000000001',
    email: 'broker.cy@demo.example',
    tenant: 'CY',
    scope: 'self',
    crud: 'cru',
    teams: [teamCy],
  },
  manager_cy: {
    id: 'b0000000-0000-4000-8000-000000000002',
    email: 'manager.cy@demo.example',
    tenant: 'CY',
    scope: 'team',
    crud: 'crud',
    teams: [teamCy],
  },
  org_admin_cy: {
    id: 'b0000000-0000-4000-8000-000000000003',
    email: 'admin.cy@demo.example',
    tenant: 'CY',
    scope: 'org_admin',
    crud: 'crud',
    teams: [],
  },
  broker_hu: {
    id: 'b0000000-0000-4000-8000-000000000004',
    email: 'broker.hu@demo.example',
    tenant: 'HU',
    scope: 'self',
    crud: 'cru',
    teams: [],
  },
  system_admin: {
    id: 'b0000000-0000-4000-8000-000000000005',
    email: 'system.admin@demo.example',
    tenant: 'CY',
    scope: 'system_admin',
    crud: 'crud',
    teams: [],
  },
} satisfies Record<string, DemoUser>
