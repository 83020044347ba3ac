import type { ResourceName, Source } from './types.ts'

/**
 * Which of a provider's resources this run is about: those that the source names, else all; of a scheduled run those
 * whose interval has passed. What a person starts is whole.
 */
export function dueResources(
  source: Pick<Source, 'resources' | 'done_at'>,
  offered: readonly ResourceName[],
  { isScheduled, now = Date.now() }: { isScheduled: boolean; now?: number },
): ResourceName[] {
  const wanted = source.resources.length > 0
    ? source.resources.filter(({ name }) => offered.includes(name))
    : offered.map((name) => ({ name, every_minutes: undefined }))
  const due = wanted.filter(({ name, every_minutes }) => {
    if (!isScheduled || every_minutes === undefined) return true
    const last = source.done_at[name]
    return last === undefined || Date.parse(last) + every_minutes * 60_000 <= now + 30_000 // the clock ticks by minutes
  })
  return offered.filter((name) => due.some((resource) => resource.name === name))
}

/** Whether the keys of a stage are to be swept again. */
export function isSweepDue(
  source: Pick<Source, 'sweep_minutes' | 'done_at'>,
  name: string,
  now = Date.now(),
): boolean {
  const last = source.done_at[`keys:${name}`]
  return last === undefined || Date.parse(last) + source.sweep_minutes * 60_000 <= now + 30_000
}
