import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { repository } from '../../scripts/stack/layout.ts'

export const hasPython = spawnSync('python3', ['--version']).status === 0

export type GoldRecord = Record<string, unknown>

/** The market of these tests, and an older name of its office. */
export const cyprus = 'SHARPSIR-CY-001'

/** What a notebook prints of a run that it finished. */
export interface Outcome {
  run_id: string
  sent: number
  status: string
  flagged_deleted: number
  totals: Record<string, number>
  reject_reasons: Record<string, number>
}

export interface NotebookRun {
  code: number | null
  output: string
  /** The first outcome that was printed. */
  receipt?: Outcome
  /** What the notebook handed to whoever started it. */
  exit?: unknown
  /** Delta tables that it wrote. */
  delta: Record<string, unknown>
}

export interface NotebookOptions {
  widgets?: Record<string, string>
  secrets?: Record<string, string>
  delta?: unknown
  /** Micro-batches of change feeds, by table. */
  feeds?: Record<string, GoldRecord[][]>
  batch_size?: number
  /** Ends the process, without a word, after so many batches were answered. */
  crash_after?: number
}

/** Runs a notebook of scripts/databricks under python3, its widget `table` set to the first of the tables. */
export function runNotebook(
  name: string,
  tables: Record<string, GoldRecord[]>,
  { widgets, ...options }: NotebookOptions,
): Promise<NotebookRun> {
  const script = join(repository, 'tests/fixtures/databricks/run_notebook.py')
  const child = spawn('python3', [script, join(repository, 'scripts/databricks', `${name}.py`)])
  let output = ''
  child.stdout.on('data', (text) => output += text)
  child.stderr.on('data', (text) => output += text)
  child.stdin.end(JSON.stringify({
    ...options,
    widgets: { office_keys: `${cyprus},CSIR`, table: Object.keys(tables)[0] ?? '', ...widgets },
    tables,
  }))
  const json = (pattern: RegExp) => {
    const text = pattern.exec(output)
    return text ? JSON.parse(text[1]!) : undefined
  }
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({
        code,
        output,
        receipt: json(/^(\{$[\s\S]*?^\})$/m),
        exit: json(/^EXIT (.*)$/m),
        delta: json(/^DELTA (\{.*)$/m) ?? {},
      }))
  )
}
