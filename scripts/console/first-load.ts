import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { built } from './places.ts'

/** What a page may weigh before it shows something, in bytes after gzip. */
export const budget = 250_000

export interface Weight {
  page: string
  bytes: number
  files: { name: string; bytes: number }[]
}

/** The weight of each entry: its page, and the scripts and styles that the page names. */
export function firstLoad(folder = built): Weight[] {
  return readdirSync(folder).filter((name) => name.endsWith('.html')).map((page) => {
    const html = readFileSync(join(folder, page), 'utf8')
    const named = [...html.matchAll(/(?:src|href)="[^"]*?(assets\/[^"]+)"/g)].map(([, name]) => name!)
    const files = [page, ...new Set(named)].map((name) => ({
      name,
      bytes: gzipSync(readFileSync(join(folder, name))).length,
    }))
    return { page, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
  })
}
