import { useSyncExternalStore } from 'react'
import { isolated } from '../lib/foreign.ts'
import { en } from './en/index.ts'

/** A text, or one for each plural category of the language. `{name}` is filled in. */
export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Key = keyof typeof en
export type Catalogue = Record<Key, Message>
/** The texts of an area in another language: those of the English one. */
export type Texts<English> = Record<keyof English, Message>

export const languages = {
  en: { name: 'English', load: () => Promise.resolve(en as Catalogue) },
  ru: { name: 'Русский', load: () => import('./ru/index.ts').then(({ ru }) => ru) },
  hu: { name: 'Magyar', load: () => import('./hu/index.ts').then(({ hu }) => hu) },
  el: { name: 'Ελληνικά', load: () => import('./el/index.ts').then(({ el }) => el) },
  kk: { name: 'Қазақша', load: () => import('./kk/index.ts').then(({ kk }) => kk) },
} satisfies Record<string, { name: string; load: () => Promise<Catalogue> }>
export type Language = keyof typeof languages

const storageKey = 'mls-console-language'
let current: { language: Language; catalogue: Catalogue } = { language: 'en', catalogue: en }
const listeners = new Set<() => void>()

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(languages, value)
}

/** The language that was chosen here, else the first of the browser's that we have. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(storageKey), ...navigator.languages.map((one) => one.slice(0, 2))]
  return wanted.find(isLanguage) ?? 'en'
}

export async function chooseLanguage(language: Language): Promise<void> {
  current = { language, catalogue: await languages[language].load() }
  localStorage.setItem(storageKey, language)
  document.documentElement.lang = language
  for (const tell of listeners) tell()
}

export function locale(): Language {
  return current.language
}

export type Values = Record<string, string | number>

/** The text of a key in a catalogue; `count` chooses among plural forms. */
export function translate(
  { language, catalogue }: { language: string; catalogue: Catalogue },
  key: Key,
  values: Values = {},
): string {
  const message = catalogue[key]
  const text = typeof message === 'string'
    ? message
    : message[new Intl.PluralRules(language).select(Number(values.count))] ?? message.other ?? ''
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : isolated(value)
  })
}

export function t(key: Key, values?: Values): string {
  return translate(current, key, values)
}

/** The text of a code (`status.DRAFT`), where there is one, else the code as it is. */
export function textOf(group: string, code: string | null | undefined): string {
  const key = `${group}.${code}`
  return Object.hasOwn(en, key) ? t(key as Key) : code ?? ''
}

/** Draws the component anew when another language is chosen. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (tell) => (listeners.add(tell), () => listeners.delete(tell)),
    () => current.language,
  )
}
