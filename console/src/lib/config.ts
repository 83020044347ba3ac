/// <reference types="vite/client" />
/** What `config.json` beside the page says. One build serves every hub. */
export interface Config {
  /** Address of the Supabase project. */
  url: string
  publishableKey: string
  /** Where functions are, if not under the project's address. */
  functionsUrl?: string
  /** `own`: only pictures that the hub itself serves are shown. */
  pictures?: 'own' | 'any'
  /** A style of MapLibre, for streets on the map; without it countries are drawn. */
  mapStyle?: string
  /** People of a demo, signed in by one click. */
  demoUsers?: DemoUser[]
}

export interface DemoUser {
  name: string
  email: string
  password: string
  market: string
  scope: string
}

let current: Config | undefined

export async function loadConfig(): Promise<Config> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`)
  if (!response.ok) throw new Error(`config.json: ${response.status}`)
  current = await response.json() as Config
  return current
}

export function config(): Config {
  if (!current) throw new Error('The configuration is not loaded yet.')
  return current
}
