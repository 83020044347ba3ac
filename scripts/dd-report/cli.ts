import process from 'node:process'
import { standardReport } from './report.ts'
import { reportTable } from './table.ts'

/** What is served of RESO Data Dictionary 2.0, and how and why it differs. Needs nothing but the code. */
const args = process.argv.slice(2)
if (args.some((option) => option !== '--json')) {
  console.error('npm run dd-report [-- --json]')
  process.exitCode = 2
} else {
  const report = standardReport()
  console.log(args.includes('--json') ? JSON.stringify(report, null, 2) : reportTable(report))
}
