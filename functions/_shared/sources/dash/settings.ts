import type { Work } from '../types.ts'

export interface DashApiSettings {
  api_url: string
  okta_token_url: string
  scope: string
  office_guid: string
  /** Version of the API, a parameter of every call. */
  version?: string
  list_office_key?: string
}

export interface DashApiCredentials {
  client_id: string
  client_secret: string
  api_key: string
}

export type DashWork = Work<DashApiSettings, DashApiCredentials>
