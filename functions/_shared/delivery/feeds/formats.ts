import type { FeedFormat } from './format.ts'
import { homesOverseas } from './homesoverseas/format.ts'
import { kyero } from './kyero/format.ts'
import { resoCommon } from './reso-common/format.ts'
import { resoJson } from './reso-json/format.ts'
import { trovit } from './trovit/format.ts'
import { yandexRealty } from './yandex-realty/format.ts'

/** Every feed format by the name that a portal's configuration gives in `format`. */
export const formats: Readonly<Record<string, FeedFormat>> = {
  'homesoverseas-v4': homesOverseas,
  'kyero-v3': kyero,
  'reso-common': resoCommon,
  'reso-json': resoJson,
  trovit,
  'yandex-realty': yandexRealty,
}

/** The format that a portal's configuration names; undefined for an unknown one. */
export function feedFormat(name: unknown): FeedFormat | undefined {
  return typeof name === 'string' && Object.hasOwn(formats, name) ? formats[name] : undefined
}
