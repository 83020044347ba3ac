import { watch } from 'node:fs'
import type { Child } from './child.ts'
import { openGateway } from './services.ts'

/** Editors save in bursts; what follows within this time belongs to the same change. */
const settleMs = 150

/** The gateway that serves now. It is replaced whenever a function changes. */
export class ReloadingGateway {
  #current: Child
  #stopped = false
  #ended!: () => void
  /** Resolves when the serving gateway ends without being asked. */
  readonly failed = new Promise<void>((resolve) => this.#ended = resolve)

  private constructor(
    current: Child,
    private load: () => Promise<Child>,
    private log: (line: string) => void,
  ) {
    this.#current = current
    this.#follow(current)
  }

  static async start(load: () => Promise<Child>, log: (line: string) => void): Promise<ReloadingGateway> {
    const first = await load()
    await openGateway(first)
    return new ReloadingGateway(first, load, log)
  }

  /** Reloads on every change below `folder`. Returns a function that ends the watch. */
  watch(folder: string): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let reloading = Promise.resolve()
    const watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(timer)
      timer = setTimeout(() => reloading = reloading.then(() => this.#reload()), settleMs)
    })
    return () => {
      clearTimeout(timer)
      watcher.close()
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#current.stop()
  }

  /** The successor loads while the predecessor serves; one that does not even start changes nothing. */
  async #reload(): Promise<void> {
    const successor = await this.load().catch((error: Error) =>
      this.log(`Functions not reloaded: ${error.message}`)
    )
    if (!successor) return
    if (this.#stopped) return successor.stop()
    const predecessor = this.#current
    this.#current = successor
    this.#follow(successor)
    const opened = openGateway(successor)
    await predecessor.stop()
    await opened
    this.log('Functions reloaded.')
  }

  #follow(gateway: Child): void {
    gateway.exited.then(() => {
      if (gateway === this.#current && !this.#stopped) this.#ended()
    })
  }
}
