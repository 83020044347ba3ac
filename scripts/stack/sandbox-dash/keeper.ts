import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** Keeps a value in a file: written soon after a change, whole or not at all. */
export class Keeper<Value> {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private file: string, private take: () => Value) {}

  read(): Value | undefined {
    return existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : undefined
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.write(), 200)
  }

  write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    writeFileSync(`${this.file}.new`, JSON.stringify(this.take()))
    renameSync(`${this.file}.new`, this.file)
  }
}
