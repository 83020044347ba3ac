import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../../console/src/i18n/en/index.ts'
import {
  type Catalogue,
  type Language,
  languages,
  type Message,
  translate,
} from '../../../console/src/i18n/index.ts'
import { repository } from '../../../scripts/stack/layout.ts'

const english = en as Catalogue
const others = Object.keys(languages).filter((language) => language !== 'en') as Language[]
const texts = (message: Message) => typeof message === 'string' ? [message] : Object.values(message)
const placeholders = (message: Message) =>
  [...new Set(texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort()

/** Words that are the same everywhere: names, abbreviations, international ones. */
const international =
  /^(common\.offline|.*\.(batch|scope|media|circuit|webhooks|email|name)|channel\..*|.*marketing.*|.*MARKETING)$/i

describe.each(others)('the texts in %s', (language) => {
  it('are there for every key, with the same placeholders and every plural form', async () => {
    const catalogue = await languages[language].load()
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort())
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
    const faults = Object.entries(catalogue).flatMap(([key, message]) => {
      const original = english[key as keyof typeof en]
      return [
        ...texts(message).some((text) => text.trim() === '') ? [`${key} is empty`] : [],
        ...placeholders(message).join() === placeholders(original).join() ? [] : [`${key}: placeholders`],
        ...typeof message === typeof original ? [] : [`${key}: plural forms`],
        ...typeof message === 'string'
          ? []
          : pluralCategories.filter((one) => !message[one]).map((one) => `${key} lacks ${one}`),
      ]
    })
    expect(faults).toEqual([])
  })

  it('are not English', async () => {
    const catalogue = await languages[language].load()
    const same = Object.entries(catalogue).filter(([key, message]) =>
      JSON.stringify(message) === JSON.stringify(english[key as keyof typeof en]) && !international.test(key)
    ).map(([key, message]) => `${key}: ${message}`)
    expect(same.length, same.join('\n')).toBeLessThan(20)
  })
})

describe('the English texts', () => {
  it('are all used', () => {
    const source = filesOf(join(repository, 'console/src')).filter((file) => !file.includes('/i18n/'))
      .map((file) => readFileSync(file, 'utf8')).join('\n')
    const unused = Object.keys(en).filter((key) => {
      const group = key.split('.')[0]!
      return !source.includes(`'${key}'`) && !source.includes(`textOf('${group}'`) &&
        !source.includes('`' + `${group}.`)
    })
    expect(unused).toEqual([])
  })

  it('choose the plural form of the language', async () => {
    const ru = await languages.ru.load()
    const days = (count: number) => translate({ language: 'ru', catalogue: ru }, 'board.days', { count })
    expect([1, 2, 5, 21, 1.5].map(days)).toEqual(['1 день', '2 дня', '5 дней', '21 день', '1,5 дня'])
    expect(translate({ language: 'en', catalogue: english }, 'inbox.claimed', { ref: '{name}' })).toBe(
      '{name} is yours now.',
    )
  })
})

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
}
