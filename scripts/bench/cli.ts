import process from 'node:process'
import { parseArgs } from 'node:util'
import { format, type Line, passes } from './harness.ts'
import { startBenchHub } from './hub.ts'
import { subjects } from './subjects.ts'

const usage = `npm run bench [-- --only NAME --rows N]
  Measures the hub on a database server of its own and prints PASS or FAIL per line; exits 1 when a line fails.
  --only NAME  one of: ${subjects.map((subject) => subject.name).join(', ')}
  --rows N     listings that "volume" and "search" read from (default 100000); "volume" measures both sizes beyond that`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rows: { type: 'string', default: '100000' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const chosen = subjects.filter((subject) => !values.only || subject.name === values.only)
  const rows = Number(values.rows)
  if (values.help || chosen.length === 0 || !Number.isInteger(rows) || rows < 2000) {
    console.error(usage)
    return values.help ? 0 : 2
  }
  const lines: Line[] = []
  for (const subject of chosen) {
    // each on a server of its own: what one has written must not slow the next one down
    const hub = await startBenchHub(rows)
    try {
      for (const line of await subject.run(hub)) {
        console.log(format(line))
        lines.push(line)
      }
    } finally {
      await hub.stop()
    }
  }
  const failed = lines.filter((line) => !passes(line)).length
  console.log(`\n${lines.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return 1
})
