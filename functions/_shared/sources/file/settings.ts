import type { SaidFormat } from '../files/detect.ts'
import type { Work } from '../types.ts'

export interface FileSettings extends SaidFormat {
  url?: string
  next_path?: string
}

export type FileCredentials = { token: string } | { username: string; password: string }

/** How the address is asked. */
export function headersOf({ credentials }: Work<FileSettings, FileCredentials>): Record<string, string> {
  if (!credentials) return {}
  if ('token' in credentials) return { Authorization: `Bearer ${credentials.token}` }
  const pair = new TextEncoder().encode(`${credentials.username}:${credentials.password}`)
  return { Authorization: `Basic ${btoa(String.fromCharCode(...pair))}` }
}
