import { parseArgs } from 'node:util'
import process from 'node:process'
import { closePools, servicePool } from '../../functions/_shared/db/pool.ts'
import { openStorage } from '../../functions/_shared/media/storage.ts'

const usage = `npm run worker [-- --once] [-- --concurrency N]
  Makes the sizes of pictures (200x150, 800x600, 1920x1440, WebP, and a JPEG) that wait for them, until it is told to
  stop (Ctrl-C, SIGTERM). Any number may run, on any machine that reaches the project.

  SUPABASE_URL, SUPABASE_SECRET_KEYS ({"default": "sb_secret_..."})   Storage
  SUPABASE_DB_URL or MLS_SERVICE_DB_URL                              the database, with full rights
  MLS_MEDIA_PUBLIC_URL                                               a CDN before published pictures, as the functions have it
  MLS_MEDIA_S3_URL, MLS_MEDIA_S3_KEY, MLS_MEDIA_S3_SECRET, MLS_MEDIA_S3_REGION
                                                                     an S3 instead of Storage, as the functions have it

  --once         ends when nothing is due, with an error where it could not ask
  --concurrency  pictures in work at a time, 2 unless told otherwise`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      concurrency: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const concurrency = Number(values.concurrency)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    console.error(`--concurrency takes a number from 1 to 64, not "${values.concurrency}".`)
    return 2
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const { runWorker } = await import('./run-worker.ts')
  const figures = await runWorker(servicePool(), openStorage(), {
    once: values.once,
    concurrency,
    signal: stop.signal,
  })
  console.log(
    `${figures.made} pictures made, ${figures.failed} refused, ${figures.busy_seconds.toFixed(1)} s busy.`,
  )
  await closePools()
  return 0
}

try {
  process.exit(await main())
} catch (error) {
  const message = (error as Error).message
  console.error(
    /'?sharp'?/.test(message)
      ? `sharp is not installed: \`npm install\` with optional dependencies. ${message}`
      : message,
  )
  process.exit(1)
}
