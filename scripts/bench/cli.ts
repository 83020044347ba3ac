import process from 'node:process'
import { parseArgs } from 'node:util'
import { format, type Line, passes } from './harness.ts'
import { startBenchHub } from './hub.ts'
import { subjects } from './subjects.ts'

const usualRows = 100_000

const usage = `npm run bench [-- --only NAME --rows N --minutes N]
  Measures the hub on a database server of its own and prints PASS or FAIL per line; exits 1 when a line fails.
  --only NAME  one of: ${subjects.map((subject) => subject.name).join(', ')}
  --rows N     listings of the large collections (default ${usualRows}; some read fewer among all others); beyond that
               "volume" measures both sizes
  --minutes N  how long "soak" lasts (default 60); it runs only when it is named`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rows: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const chosen = subjects.filter((subject) => values.only ? subject.name === values.only : !subject.isAlone)
  const [rows, minutes] = [Number(values.rows ?? usualRows), Number(values.minutes)]
  const isSane = Number.isInteger(rows) && rows >= 2000 && Number.isInteger(minutes) && minutes >= 1
  if (values.help || chosen.length === 0 || !isSane) {
    console.error(usage)
    return values.help ? 0 : 2
  }
  const lines: Line[] = []
  const tell = (found: Line[]) => {
    for (const line of found) console.log(format(line))
    lines.push(...found)
  }
  for (const subject of chosen) {
    if (subject.isAlone) {
      tell(await subject.run({ minutes }))
      continue
    }
    // each on a server of its own: what one has written must not slow the next one down
    const isOwnRun = values.only !== undefined || values.rows !== undefined
    const hub = await startBenchHub(isOwnRun ? rows : subject.rowsAmongOthers ?? rows)
    try {
      tell(await subject.run(hub))
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
