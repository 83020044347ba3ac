import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take half a minute and more, the longest first: a worker that came to one of them last would work alone while the
 * others have nothing left to do. Vitest knows durations from an earlier run, which a fresh clone has not had.
 */
const longest = [
  'browser/console.test.ts',
  'stack/growth.test.ts',
  'http/odata-every-field.test.ts',
  'stack/demo.test.ts',
  'http/tenancy.test.ts',
  'http/sources-replicate.test.ts',
  'stack/deploy.test.ts',
  'http/search.test.ts',
  'stack/lifecycle.test.ts',
  'http/crash.test.ts',
  'database/delivery-faults.test.ts',
  'database/odata-plans.test.ts',
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
