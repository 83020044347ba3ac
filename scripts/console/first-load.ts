import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { built } from './places.ts'

/** What a page may weigh before it shows something, in bytes after gzip. */
export const budget = 250_000

export interface Weight {
  page: string
  bytes: number
  /** The same before gzip. */
  raw: number
  files: { name: string; bytes: number; raw: number }[]
}

/** The weight of each entry: its page, and the scripts and styles that the page names. */
export function firstLoad(folder = built): Weight[] {
  return readdirSync(folder).filter((name) => name.endsWith('.html')).map((page) => {
    const html = readFileSync(join(folder, page), 'utf8')
    const named = [...html.matchAll(/(?:src|href)="[^"]*?(assets\/[^"]+)"/g)].map(([, name]) => name!)
    const files = [page, ...new Set(named)].map((name) => {
      const content = readFileSync(join(folder, name))
      return { name, bytes: gzipSync(content).length, raw: content.length }
    })
    const sum = (of: 'bytes' | 'raw') => files.reduce((sum, file) => sum + file[of], 0)
    return { page, files, bytes: sum('bytes'), raw: sum('raw') }
  })
}
