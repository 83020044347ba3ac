/**
 * Writes the demo brokerage to stdout as NDJSON, one resource or all:
 *   deno run -A scripts/seed/print.ts property | head -1
 * With an office key as second word only what that office delivers, ready to be POSTed.
 */
import process from 'node:process'
import { generateDeliveries } from './deliveries.ts'
import { type Resource, RESOURCES } from './gold.ts'

const [resource, officeKey] = process.argv.slice(2)

if (resource !== undefined && !RESOURCES.includes(resource as Resource)) {
  console.error(`Unknown resource "${resource}"; choose one of ${RESOURCES.join(', ')}.`)
  process.exit(2)
}

const wanted = RESOURCES.filter((name) => resource === undefined || name === resource)
const lines = generateDeliveries()
  .filter((delivery) => officeKey === undefined || delivery.officeKey === officeKey)
  .flatMap(({ records }) => wanted.flatMap((name) => records[name]))
  .map((record) => JSON.stringify(record))

if (lines.length === 0) {
  console.error(`No records: is "${officeKey}" an office of the demo, such as SHARPSIR-CY-001?`)
  process.exit(2)
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has seen enough, as `head` has.
  if (error.code !== 'EPIPE') throw error
})
process.stdout.write(lines.join('\n') + '\n')
