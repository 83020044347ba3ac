interface RuntimeGlobals {
  Deno?: { env: { get(name: string): string | undefined } }
  process?: { env: Record<string, string | undefined> }
}

/**
 * Reads one environment variable on Deno (hosted functions, local stack) and on Node (tests, scripts).
 * An empty value counts as absent: an unfilled line of an .env file must never switch something on.
 */
export function env(name: string): string | undefined {
  const { Deno, process } = globalThis as RuntimeGlobals
  const value = Deno ? Deno.env.get(name) : process?.env[name]
  return value === '' ? undefined : value
}

/** Reads a whole number from the environment; absent, unreadable or out of bounds gives the nearest lawful value. */
export function envInteger(name: string, fallback: number, bounds: { min: number; max: number }): number {
  const value = Number(env(name) ?? fallback)
  if (!Number.isFinite(value)) return fallback
  return Math.min(bounds.max, Math.max(bounds.min, Math.trunc(value)))
}
