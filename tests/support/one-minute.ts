/**
 * A test that counts within a minute of the clock, as quotas do. One that fails because another minute began meanwhile is
 * tried again, so it makes what it counts anew; nobody waits for a minute to begin.
 */
export function inOneMinute(test: () => Promise<void>): () => Promise<void> {
  return async () => {
    for (;;) {
      const minute = currentMinute()
      try {
        return await test()
      } catch (error) {
        if (currentMinute() === minute) throw error
      }
    }
  }
}

const currentMinute = () => Math.floor(Date.now() / 60_000)
