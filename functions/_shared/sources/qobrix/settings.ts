import type { Work } from '../types.ts'

export interface QobrixSettings {
  /** `https://<instance>.qobrix.com/api/v2` */
  base_url: string
  /** The office that gold names in every listing; the office of the source where nothing is said. */
  list_office_key?: string
  /** Locales of translations to read beside the texts of the property, such as `ru_RU`. */
  locales?: string[]
}

export interface QobrixCredentials {
  api_user: string
  api_key: string
}

export type QobrixWork = Work<QobrixSettings, QobrixCredentials>
