import type { Work } from '../types.ts'

export interface RetsSettings {
  login_url: string
  version: 'RETS/1.7.2' | 'RETS/1.8'
  user_agent: string
  property: {
    resource: string
    classes: string[]
    key_field: string
    /** Absent where rows carry no time of change: then every DELTA reads all. */
    time_field?: string
    /** Of pictures, where they have a time of their own. */
    photo_time_field?: string
    /** DMQL2 that bounds what is read. */
    query?: string
  }
  media?: { type: string; location: 0 | 1 }
}

export interface RetsCredentials {
  username: string
  password: string
  ua_password?: string
}

export type RetsWork = Work<RetsSettings, RetsCredentials>
