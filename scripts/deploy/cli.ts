import process from 'node:process'
import { parseArgs } from 'node:util'
import { bundleSizes, maxBundleBytes } from './bundle.ts'
import { planDeployment } from './plan.ts'
import { readSettings } from './settings.ts'

const usage = `npm run deploy -- [--dry-run] [--seed]
  Brings a hosted Supabase project up to date: migrations, the gate's password, Vault, secrets, functions; then checks
  Storage, health and the jobs of the clock. Settings come from the environment (docs/operations.md). Nothing is
  downloaded here; the platform fetches the packages that functions/*/deno.json name, at the versions named there.
  --dry-run  prints exactly what would be done and touches nothing
  --seed     loads seed/[0-9]*.sql too: the markets, workflow, portals and regions you adapted there
  Exit code 0: done; 1: failed, or something is left to do; 2: settings are missing.`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      seed: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const dryRun = values['dry-run']!
  const { settings, problems } = readSettings(process.env)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) {
    console.error('See docs/operations.md.')
    if (!dryRun) return 2
  }

  console.log('Bundles')
  const sizes = await bundleSizes()
  for (const { door, bytes } of sizes) {
    console.log(
      `  ${door.padEnd(8)} ${(bytes / 1e6).toFixed(2)} MB${bytes > maxBundleBytes ? '  TOO LARGE' : ''}`,
    )
  }
  if (sizes.some(({ bytes }) => bytes > maxBundleBytes)) return 1

  const leftToDo: string[] = []
  const steps = planDeployment(settings, sizes.map(({ door }) => door), { seed: values.seed! })
  for (const [index, step] of steps.entries()) {
    console.log(`\n${index + 1}. ${step.title}`)
    for (const line of step.shown) console.log(`   ${line}`)
    if (dryRun) continue
    leftToDo.push(...await step.run((line) => console.log(`   > ${line}`)) ?? [])
  }
  if (dryRun) console.log('\nDry run: nothing was done.')
  else if (leftToDo.length === 0) console.log('\nDeployed.')
  else console.log(`\nDeployed, but:\n${leftToDo.map((line) => `- ${line}`).join('\n')}`)
  return leftToDo.length > 0 ? 1 : 0
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message)
  return 1
})
