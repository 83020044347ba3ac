import process from 'node:process'
import { parseArgs } from 'node:util'
import { bundleSizes, maxBundleBytes } from './bundle.ts'
import { planDeployment } from './plan.ts'
import { readSettings } from './settings.ts'

const usage = `npm run deploy -- [--dry-run]
  Brings a hosted Supabase project up to date: migrations, secrets, Vault, functions. Settings come from the
  environment (docs/operations.md); --dry-run prints exactly what would be done and touches nothing.`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const dryRun = values['dry-run']!
  const { settings, missing } = readSettings(process.env)
  if (missing.length > 0) {
    console.error(`Not set: ${missing.join(', ')}. See docs/operations.md.`)
    if (!dryRun) return 2
  }

  console.log('Bundles')
  const sizes = bundleSizes()
  for (const { door, bytes } of sizes) {
    console.log(
      `  ${door.padEnd(8)} ${(bytes / 1e6).toFixed(2)} MB${bytes > maxBundleBytes ? '  TOO LARGE' : ''}`,
    )
  }
  if (sizes.some(({ bytes }) => bytes > maxBundleBytes)) return 1

  for (const [index, step] of planDeployment(settings, sizes.map(({ door }) => door)).entries()) {
    console.log(`\n${index + 1}. ${step.title}`)
    for (const line of step.shown) console.log(`   ${line}`)
    if (!dryRun) await step.run()
  }
  console.log(dryRun ? '\nDry run: nothing was done.' : '\nDeployed.')
  return 0
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message)
  return 1
})
