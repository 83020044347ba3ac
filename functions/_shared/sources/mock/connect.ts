import type { Connection, Stage, Work } from '../types.ts'
import { dueResources } from '../due.ts'
import { mapMock } from './map.ts'
import { type MockPage, mockResources, readMock } from './read.ts'
import type { MockSettings } from './settings.ts'

/** There is nobody to sign in to. */
export function connectMock(work: Work<MockSettings>): Connection<MockPage> {
  const { source, market, run } = work
  return {
    plan: (mode) =>
      dueResources(source, mockResources, { isScheduled: run.trigger === 'schedule' }).map((name): Stage => ({
        name,
        kind: mode === 'FULL' || source.marks[name] === undefined ? 'full' : 'delta',
        resources: name === 'property' ? ['property', 'media'] : [name],
      })),
    read: (stage, place, _memory, limit) =>
      Promise.resolve(readMock({ source, market }, stage, place, limit)),
    map: (_stage, page) => mapMock(page, source, market),
    describe: () => `${source.settings.listings} invented listings`,
  }
}
