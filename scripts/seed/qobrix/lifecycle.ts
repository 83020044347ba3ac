import { TODAY } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import type { Dialect } from '../spark.ts'

interface Stage {
  weight: number
  /** X_ConstructionStage, the raw value. */
  raw: string | null
  development: string
  isNew: boolean | null
  condition: string | null
}

const OFF_PLAN: Stage = {
  weight: 5,
  raw: 'offplans',
  development: 'Proposed',
  isNew: true,
  condition: 'To Be Built',
}
const BUILDING: Stage = {
  weight: 8,
  raw: 'construction_phase',
  development: 'Under Construction',
  isNew: true,
  condition: 'Under Construction',
}
const NEW: Stage = {
  weight: 10,
  raw: 'completed',
  development: 'New Construction',
  isNew: true,
  condition: 'New Construction',
}
const RESALE: Stage = { weight: 40, raw: 'resale', development: 'Existing', isNew: false, condition: null }
const UNKNOWN: Stage = { weight: 30, raw: null, development: 'Existing', isNew: null, condition: null }

const STAGE_OF_PROJECT = { offplans: OFF_PLAN, construction_phase: BUILDING, completed: NEW }

/** How far the building is, as gold's ladder concludes it from Qobrix's stage and flags. */
export function lifecycle(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('lifecycle')
  const stage = home.project
    ? STAGE_OF_PROJECT[home.project.stage]
    : random.weighted([OFF_PLAN, BUILDING, NEW, RESALE, UNKNOWN])
  const thisYear = new Date(TODAY).getUTCFullYear()
  const built = home.yearBuilt !== null && stage.isNew ? Math.max(home.yearBuilt, thisYear) : home.yearBuilt
  const renovated = built !== null && built < 2005 && random.chance(0.3) ? random.int(2012, thisYear) : null
  const conditions = [stage.condition, renovated ? 'Updated/Remodeled' : null].filter((part) => part !== null)
  return {
    DevelopmentStatus: stage.development,
    NewConstructionYN: wire.boolean(stage.isNew),
    PropertyCondition: conditions.length > 0 ? conditions.join(',') : null,
    YearBuilt: wire.integer(built),
    YearBuiltEffective: wire.integer(renovated),
    X_ConstructionStage: wire.text(stage.raw),
    X_NewBuild: wire.flag(stage.isNew),
  }
}
