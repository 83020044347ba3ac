import { askFor } from './ask.ts'
import { askedOf, type RoutedCall } from './call.ts'

/** Of all options only these change a count. */
const counting = ['$filter', '$search']

/** How many rows the hubs have at `path`, which ends with `/$count`. */
export async function sumOf(call: RoutedCall, path: string): Promise<bigint> {
  const isKept = (name: string) => counting.includes(name) || name.startsWith('@')
  const query = call.parts.filter(({ name }) => isKept(name)).map(({ raw }) => raw).join('&')
  const counts = await Promise.all(call.hubs.map(async (hub) => {
    const { text } = await askFor(hub, askedOf(call, hub, { path, query }))
    return BigInt(text.trim())
  }))
  return counts.reduce((sum, count) => sum + count, 0n)
}
