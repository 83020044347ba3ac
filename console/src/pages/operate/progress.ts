import { t } from '../../i18n/index.ts'
import type { SourceRun } from './source-types.ts'

interface Going {
  status: string
  progress: Pick<SourceRun['progress'], 'done' | 'stage'>
}

/**
 * How far a run is: records of the stage under way, of those that the source spoke of. Where it spoke of none, or has
 * grown while it is read, nobody knows how many there will be.
 */
export function progressOf({ status, progress }: Going): string {
  const { done, expected } = progress.stage
  if (status === 'finished') return t('sources.read', { count: progress.done })
  if (!expected) return t('sources.read_so_far', { count: progress.done })
  return done > expected
    ? t('sources.grown', { count: done, expected })
    : t('sources.done_of', { done, expected })
}
