import { dueResources, isSweepDue } from '../due.ts'
import type { Stage } from '../types.ts'
import { type Aside, asides, lists, qobrixResources } from './lists.ts'
import type { QobrixWork } from './settings.ts'

type Mode = 'FULL' | 'DELTA'
type Planned = Pick<QobrixWork, 'source' | 'run'>

/** Offices and members are some hundred rows: they are read whole each time. */
const whole = ['office', 'member']

/** The stages of a run: resources, what is kept beside them, and keys where they are to be compared again. */
export function planQobrix(mode: Mode, { source, run }: Planned): Stage[] {
  const due = dueResources(source, qobrixResources, { isScheduled: run.trigger === 'schedule' })
  const stages = due.map((name): Stage => ({
    name,
    kind: mode === 'FULL' || source.marks[name] === undefined || whole.includes(name) ? 'full' : 'delta',
    resources: [name],
  }))
  const sweeps = stages.filter(({ name, kind }) =>
    kind === 'delta' && name in lists && isSweepDue(source, name)
  )
  return [
    ...stages,
    ...planAsides(mode, { source, run }),
    ...sweeps.map(({ name }): Stage => ({
      name,
      kind: 'keys',
      resources: [name],
      as: `keys:${name}`,
      mark: `keys:${name}`,
    })),
  ]
}

/** Projects and inquiries hourly at most, places daily; texts as often as listings, where locales are named. */
function planAsides(mode: Mode, { source, run }: Planned): Stage[] {
  const hasTexts = (source.settings.locales?.length ?? 0) > 0
  const names = source.resources.map(({ name }) => name)
  const stage = (name: Aside): Stage => ({
    name,
    kind: mode === 'DELTA' && source.marks[name] !== undefined ? 'delta' : 'full',
    resources: [],
  })
  // whoever names resources means those; texts belong to listings
  if (names.length > 0 && !names.includes('contacts')) return hasTexts ? [stage('remarks')] : []
  const isDue = (name: Aside) => {
    if (name === 'remarks') return hasTexts
    const last = source.done_at[name]
    const minutes = name === 'regions' ? 24 * 60 : 60
    return run.trigger !== 'schedule' || last === undefined ||
      Date.parse(last) + minutes * 60_000 <= Date.now()
  }
  return asides.filter(isDue).map(stage)
}
