import { clockStep } from './clock.ts'
import { gateStep } from './gate.ts'
import { healthStep } from './health.ts'
import { secretsStep } from './secrets.ts'
import type { Settings } from './settings.ts'
import type { Step } from './step.ts'
import { storageStep } from './storage.ts'
import { functionsStep, pushStep } from './supabase.ts'
import { vaultStep } from './vault.ts'

/** The steps of a deployment, in order. */
export function planDeployment(settings: Settings, doors: string[], { seed = false } = {}): Step[] {
  return [
    pushStep(settings, { seed }),
    storageStep(settings),
    gateStep(settings),
    vaultStep(settings),
    secretsStep(settings),
    functionsStep(doors, settings),
    healthStep(settings),
    clockStep(settings),
  ]
}
