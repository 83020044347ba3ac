import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** Which files of the project a file imports: paths from the root of the project, types included. */
export type ImportGraph = Map<string, string[]>

const root = new URL('../../', import.meta.url)
const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g

/** Reads the imports of every TypeScript file in these folders. */
export function importGraph(...folders: string[]): ImportGraph {
  const files = folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
  )
  return new Map(
    files.sort().map((file) => {
      const text = readFileSync(new URL(file, root), 'utf8')
      const imported = [...text.matchAll(specifier)].map(([, path]) => posix.join(posix.dirname(file), path!))
      return [file, [...new Set(imported)]]
    }),
  )
}

/** The circles of a graph: files that reach each other, as sorted lists (Tarjan's strongly connected components). */
export function circles(graph: ImportGraph): string[][] {
  const found: string[][] = []
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const onPath = new Set<string>()

  const visit = (file: string) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file)!)
    path.push(file)
    onPath.add(file)
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue
      if (!order.has(next)) visit(next)
      if (onPath.has(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!))
    }
    if (lowest.get(file) !== order.get(file)) return
    const circle = path.splice(path.indexOf(file))
    circle.forEach((member) => onPath.delete(member))
    if (circle.length > 1 || graph.get(file)!.includes(file)) found.push(circle.sort())
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return found.sort()
}
