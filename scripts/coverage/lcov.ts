/** Hits by line, by file. */
export type Coverage = Map<string, Map<number, number>>

/**
 * Adds what an lcov text says. Lines are joined by the larger number of hits: a line that one runtime ran is a line that
 * was run. `nameOf` gives the name of a file in the repository, or undefined for one that does not count.
 */
export function addLcov(
  coverage: Coverage,
  lcov: string,
  nameOf: (path: string) => string | undefined,
): void {
  let lines: Map<number, number> | undefined
  for (const row of lcov.split('\n')) {
    if (row.startsWith('SF:')) {
      const name = nameOf(row.slice(3))
      if (name === undefined) {
        lines = undefined
        continue
      }
      lines = coverage.get(name) ?? new Map()
      coverage.set(name, lines)
    } else if (row.startsWith('DA:') && lines) {
      const [line, hits] = row.slice(3).split(',').map(Number) as [number, number]
      lines.set(line, Math.max(lines.get(line) ?? 0, hits))
    }
  }
}

export interface FolderCoverage {
  folder: string
  files: number
  lines: number
  hit: number
}

/** Sums by folder, in the order of names. */
export function byFolder(coverage: Coverage): FolderCoverage[] {
  const sums = new Map<string, FolderCoverage>()
  for (const [file, lines] of coverage) {
    const folder = file.slice(0, file.lastIndexOf('/'))
    const sum = sums.get(folder) ?? { folder, files: 0, lines: 0, hit: 0 }
    sum.files++
    sum.lines += lines.size
    sum.hit += [...lines.values()].filter((hits) => hits > 0).length
    sums.set(folder, sum)
  }
  return [...sums.values()].sort((a, b) => a.folder < b.folder ? -1 : 1)
}

/** A table for a terminal, with the whole at its end. */
export function coverageTable(folders: FolderCoverage[]): string {
  const whole = folders.reduce(
    (sum, { files, lines, hit }) => ({
      ...sum,
      files: sum.files + files,
      lines: sum.lines + lines,
      hit: sum.hit + hit,
    }),
    { folder: 'all', files: 0, lines: 0, hit: 0 },
  )
  const share = ({ lines, hit }: FolderCoverage) => lines === 0 ? '-' : `${(100 * hit / lines).toFixed(1)} %`
  const rows = [...folders, whole].map((
    sum,
  ) => [sum.folder, `${sum.files}`, `${sum.hit}/${sum.lines}`, share(sum)])
  const all = [['folder', 'files', 'lines', 'covered'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]!.length)))
  return all
    .map((row) =>
      row.map((cell, at) => at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)).join('  ')
    )
    .join('\n')
}
