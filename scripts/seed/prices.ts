import type { Kind } from './kinds.ts'
import type { Market } from './markets.ts'
import type { Town } from './places/town.ts'
import type { Random } from './prng.ts'

interface Size {
  living: number | null
  plot: number | null
}

/** Asking price in the market's own currency, rounded as an owner would round it. */
export function salePrice(market: Market, town: Town, kind: Kind, size: Size, random: Random): number {
  const metres = size.living ?? size.plot ?? 0
  const mood = random.int(85, 120) / 100
  return roundTo(metres * market.pricePerMetre * town.level * kind.level * mood, market.priceStep)
}

/** About five per cent of the price a year, in steps a hundred times finer than the price's. */
export function monthlyRent(market: Market, price: number): number {
  return roundTo(price * 0.05 / 12, market.priceStep / 100)
}

function roundTo(amount: number, step: number): number {
  return Math.max(step, Math.round(amount / step) * step)
}
