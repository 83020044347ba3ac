import process from 'node:process'

/** Resolves on Ctrl-C, on SIGTERM, when the terminal closes, and when the npm that started us is gone. */
export function untilToldToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = () => resolve(undefined)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
    if (process.env.npm_lifecycle_event === 'start') watchParent(stop)
  })
}

/** Between npm and us may stand a launcher that passes no signal on; its end is then the only word we get. */
function watchParent(stop: () => void): void {
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(), 500).unref()
}
