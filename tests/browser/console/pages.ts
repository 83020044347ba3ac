import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** Every page of the console with the least scope that it is for, as its navigation has them. */
export { groups, leastScope } from '../../../console/src/shell/navigation.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  nodes: { target: string[]; failureSummary: string }[]
}

/** What axe-core finds amiss. It is evaluated, not added as a script, which the page's policy would refuse. */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe)
  const found = await page.evaluate(async (rules) => {
    // @ts-expect-error the script defines it
    const { violations } = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      ...rules ? { runOnly: rules } : {},
    })
    return violations as Violation[]
  }, rules)
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) =>
      `${id}: ${node.target.join(' ')}: ${node.failureSummary.split('\n')[1]?.trim()}`
    )
  )
}

/** Until the page of the address is drawn, not the one before it, in the language, and nothing is being loaded any more. */
export async function settled(page: Page, language?: string): Promise<void> {
  await page.waitForFunction((language) => {
    const { page: path, search } = document.querySelector<HTMLElement>('main[data-page]')?.dataset ?? {}
    const same = (one: string, other: string) =>
      `${new URLSearchParams(one)}` === `${new URLSearchParams(other)}`
    return path && location.pathname.endsWith(`/console${path}`) && same(search ?? '', location.search) &&
      (!language || document.documentElement.lang === language) &&
      document.querySelector('h1')?.checkVisibility() && !document.querySelector('[role=status][aria-label]')
  }, language)
}
