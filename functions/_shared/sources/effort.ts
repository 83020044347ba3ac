const megabyte = 1024 * 1024

/** Milliseconds of CPU that a megabyte takes, by the bench: taken in, unpacked and parsed; or handed to the database. */
const reading = 20
const sending = 10

/**
 * What a request has used up of its CPU. A hosted function has 2 s and cannot ask how much of them is gone: so what runs
 * without a pause is timed, and what is spread over many turns is reckoned by its bytes.
 */
export class Effort {
  #spent = 0
  #atPage = 0
  #dearest = 0

  /** Milliseconds so far. */
  get spent(): number {
    return this.#spent
  }

  /** Does something that does not wait. */
  time<Result>(work: () => Result): Result {
    const begun = performance.now()
    try {
      return work()
    } finally {
      this.#spent += performance.now() - begun
    }
  }

  noteRead(bytes: number): void {
    this.#spent += bytes / megabyte * reading
  }

  noteSent(bytes: number): void {
    this.#spent += bytes / megabyte * sending
  }

  /** Behind each page: whether another one, as dear as the dearest so far, stays within so many milliseconds. */
  hasRoom(milliseconds: number): boolean {
    this.#dearest = Math.max(this.#dearest, this.#spent - this.#atPage)
    this.#atPage = this.#spent
    return this.#spent + this.#dearest <= milliseconds
  }
}
