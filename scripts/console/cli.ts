import { parseArgs } from 'node:util'
import process from 'node:process'
import { buildConsole } from './build.ts'
import { budget, firstLoad } from './first-load.ts'

/**
 * `npm run console:build [-- --force --base /]`: makes `console/dist` and prints what a first visit loads. Fails above
 * the budget.
 */
const { values } = parseArgs({ options: { force: { type: 'boolean' }, base: { type: 'string' } } })
const { built, output } = await buildConsole(values).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
console.log(built ? output.trimEnd() : 'console/dist is made of these sources already.')
for (const { page, bytes, files } of firstLoad()) {
  console.log(
    `First load of ${page}: ${kilobytes(bytes)} of ${kilobytes(budget)}, gzip, ${files.length} files`,
  )
  if (bytes > budget) {
    console.error('That is too much: load what a first page does not need with its page.')
    process.exitCode = 1
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`
}
