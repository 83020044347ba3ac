import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take a minute and more, longest first: a worker that came to one of them last would work alone while the
 * others have nothing left to do. Vitest knows durations from an earlier run, which a fresh clone has not had.
 */
const longest = [
  'browser/console.test.ts',
  'stack/demo.test.ts',
  'stack/growth.test.ts',
  'http/sources-replicate.test.ts',
  'http/search.test.ts',
  'database/sources-rets.test.ts',
  'database/odata-plans.test.ts',
  'http/notebooks.test.ts',
  'database/webhook-faults.test.ts',
  'database/access.test.ts',
  'database/app-plans.test.ts',
  'http/odata-every-field.test.ts',
]

/** The longest first, then as Vitest has them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = longest.filter((name) => !existsSync(join(this.ctx.config.root, 'tests', name)))
    if (missing.length > 0) {
      throw new Error(`tests/support/sequencer.ts names files that are gone: ${missing}`)
    }
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/tests/${name}`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}
