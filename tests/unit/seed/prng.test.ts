import { describe, expect, it } from 'vitest'
import { randomFor } from '../../../scripts/seed/prng.ts'

describe('named random streams', () => {
  it('give the same numbers for the same name, on every machine', () => {
    const random = randomFor('CY', 17, 'price')
    expect([random.int(0, 999), random.int(0, 999), random.int(0, 999), random.uuid()])
      .toMatchInlineSnapshot(`
        [
          536,
          117,
          533,
          "7a66f5a8-7158-47b9-a241-331c8b09390a",
        ]
      `)
  })

  it('give other numbers for another name', () => {
    expect(randomFor('CY', 17).uuid()).not.toBe(randomFor('CY', 18).uuid())
  })

  it('never meet over tens of thousands of names', () => {
    const ids = Array.from({ length: 50_000 }, (_, number) => randomFor('CY', number, 'id').uuid())
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('spread evenly and keep to their limits', () => {
    const random = randomFor('dice')
    const faces = new Map<number, number>()
    for (let throws = 0; throws < 60_000; throws++) {
      const face = random.int(1, 6)
      faces.set(face, (faces.get(face) ?? 0) + 1)
    }
    expect([...faces.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
    for (const count of faces.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it('draw by weight and without repetition', () => {
    const random = randomFor('draws')
    const drawn = Array.from(
      { length: 1000 },
      () => random.weighted([{ weight: 9, n: 1 }, { weight: 1, n: 0 }]).n,
    )
    expect(drawn.reduce((sum, n) => sum + n)).toBeGreaterThan(850)
    expect(random.sample(['a', 'b', 'c'], 5).sort()).toEqual(['a', 'b', 'c'])
  })

  it('make version 4 uuids', () => {
    expect(randomFor('uuid').uuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })
})
