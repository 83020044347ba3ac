import type { JsonObject } from '../../../delivery/json.ts'
import { flag, lower, under, wholeOf } from './values.ts'

interface Answer {
  DevelopmentStatus: string
  NewConstructionYN: boolean | null
}

const proposed: Answer = { DevelopmentStatus: 'Proposed', NewConstructionYN: true }
const underConstruction: Answer = { DevelopmentStatus: 'Under Construction', NewConstructionYN: true }
const newConstruction: Answer = { DevelopmentStatus: 'New Construction', NewConstructionYN: true }
const existing: Answer = { DevelopmentStatus: 'Existing', NewConstructionYN: false }

const stages: Readonly<Record<string, Answer>> = {
  off_plan: proposed,
  offplans: proposed,
  planning: proposed,
  construction_phase: underConstruction,
  under_construction: underConstruction,
  resale: existing,
}

const conditions: Readonly<Record<string, string>> = {
  Proposed: 'To Be Built',
  'Under Construction': 'Under Construction',
}

/**
 * Where a home stands in its life, by the first rule that says something (qobrix notebooks of gold): the property's own
 * flags and stage, its project's, then whether it is new. The rule of the originals for a completed home of a developer
 * without `new_build` never fires there, so it does not here. `unfinished` says nothing.
 */
export function developmentOf(property: JsonObject): Answer {
  const stage = lower(property.construction_stage)
  const isNew = flag(property.new_build)
  const project = under(property.project_project)
  const projectStage = lower(project.construction_stage)
  if (flag(property.custom_resale) === true) return existing
  if (flag(property.custom_presale) === true && isNew === true) return proposed
  if (stage !== null && stage in stages) return stages[stage]!
  if (stage === 'completed' && isNew !== null) return isNew ? newConstruction : existing
  const byProject = flag(project.custom_resale) === true
    ? existing
    : projectStage !== null && projectStage !== 'resale' && projectStage in stages
    ? stages[projectStage]!
    : projectStage === 'completed' && isNew === true
    ? newConstruction
    : undefined
  if (stage === 'completed') {
    // the status is settled; whether the construction is new the project may say
    return { DevelopmentStatus: 'Existing', NewConstructionYN: byProject?.NewConstructionYN ?? null }
  }
  if (byProject) return byProject
  if (isNew !== null) return isNew ? newConstruction : existing
  return { DevelopmentStatus: 'Existing', NewConstructionYN: null }
}

/**
 * The condition goes its own way: it does not stop at the property's own `completed` nor at a project's resale, and a
 * project's stage `resale` says nothing here. So "Existing" may stand beside "To Be Built", as it does in gold.
 */
export function conditionOf(property: JsonObject): string | null {
  const words = [buildCondition(property)]
  const [renovated, built] = [wholeOf(property.renovation_year), wholeOf(property.construction_year)]
  if (renovated !== null && built !== null && renovated > built) words.push('Updated/Remodeled')
  return words.filter((word) => word !== null).join(',') || null
}

function buildCondition(property: JsonObject): string | null {
  const stage = lower(property.construction_stage)
  const isNew = flag(property.new_build)
  const projectStage = lower(under(property.project_project).construction_stage)
  if (flag(property.custom_resale) === true) return null
  if (flag(property.custom_presale) === true && isNew === true) return 'To Be Built'
  if (stage === 'resale') return null
  if (stage !== null && stage in stages) return conditions[stages[stage]!.DevelopmentStatus] ?? null
  if (stage === 'completed' && isNew === true) return 'New Construction'
  if (projectStage !== null && projectStage in stages && projectStage !== 'resale') {
    return conditions[stages[projectStage]!.DevelopmentStatus] ?? null
  }
  if (projectStage === 'completed' && isNew === true) return 'New Construction'
  return isNew === true ? 'New Construction' : null
}
