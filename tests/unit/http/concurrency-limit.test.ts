import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { limitConcurrency } from '../../../functions/_shared/http/concurrency-limit.ts'

/** Work that ends when told to, and the order in which such pieces began. */
function pieces(limited: ReturnType<typeof limitConcurrency>) {
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const start = (name: string) =>
    limited(() => {
      begun.push(name)
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => error ? reject(error) : resolve(name))
      })
    })
  const settle = () => vi.advanceTimersByTimeAsync(0)
  return { begun, start, settle, end: (name: string, error?: Error) => ends.get(name)!(error) }
}

describe('limitConcurrency', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('lets so many go on at a time, and the others in order of arrival', async () => {
    const { begun, start, end, settle } = pieces(limitConcurrency({ most: 2, waitMs: 1_000 }))
    const results = ['a', 'b', 'c', 'd'].map(start)
    await settle()
    expect(begun).toEqual(['a', 'b'])
    end('b')
    await settle()
    expect(begun).toEqual(['a', 'b', 'c'])
    end('a')
    end('c')
    await settle()
    end('d')
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('passes the place of work that failed on', async () => {
    const { begun, start, end, settle } = pieces(limitConcurrency({ most: 1, waitMs: 1_000 }))
    const failed = expect(start('a')).rejects.toThrow('no luck')
    const waiting = start('b')
    await settle()
    end('a', new Error('no luck'))
    await failed
    await settle()
    expect(begun).toEqual(['a', 'b'])
    end('b')
    expect(await waiting).toBe('b')
  })

  it('refuses whose turn does not come in time, and forgets them', async () => {
    const { begun, start, end, settle } = pieces(limitConcurrency({ most: 1, waitMs: 1_000 }))
    const first = start('a')
    const late = expect(start('b')).rejects.toMatchObject({
      code: 'busy',
      status: 503,
      headers: { 'Retry-After': '5' },
    })
    await vi.advanceTimersByTimeAsync(1_000)
    await late
    end('a')
    await first
    const next = start('c')
    await settle()
    expect(begun).toEqual(['a', 'c'])
    end('c')
    expect(await next).toBe('c')
  })
})
