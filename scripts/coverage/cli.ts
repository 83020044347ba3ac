import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import process from 'node:process'
import { repository } from '../stack/layout.ts'
import { denoExecutable } from '../stack/processes.ts'
import { addLcov, byFolder, type Coverage, coverageTable } from './lcov.ts'

/**
 * `npm run coverage [-- arguments of vitest]`: runs the tests and prints which share of the lines of `functions`,
 * `scripts` and `console` they run, by folder. What vitest runs on Node and what the gateways under test run on Deno counts
 * together; what a browser runs of the console is not seen.
 */
function main(args: string[]): number {
  const work = mkdtempSync(join(tmpdir(), 'mls-coverage-'))
  try {
    const onNode = join(work, 'node')
    const onDeno = join(work, 'deno')
    const flags = [
      '--coverage.enabled',
      '--coverage.reportOnFailure',
      '--coverage.reporter=lcovonly',
      `--coverage.reportsDirectory=${onNode}`,
    ]
    const counted = ['functions/**/*.ts', 'scripts/**/*.ts', 'console/src/**/*.{ts,tsx}'].map((glob) =>
      `--coverage.include=${glob}`
    )
    const tests = spawnSync('npx', ['vitest', 'run', ...flags, ...counted, ...args], {
      cwd: repository,
      stdio: 'inherit',
      env: { ...process.env, DENO_COVERAGE_DIR: onDeno },
    })
    const coverage: Coverage = new Map()
    const nameOf = (path: string) => {
      const name = relative(repository, path.replace(/^file:\/\//, ''))
      return /^(functions|scripts|console)\//.test(name) ? name : undefined
    }
    // vitest writes paths relative to the repository, Deno absolute ones
    const add = (lcov: string) =>
      addLcov(coverage, lcov, (path) => nameOf(join(repository, relative(repository, path))))
    const report = join(onNode, 'lcov.info')
    if (existsSync(report)) add(readFileSync(report, 'utf8'))
    if (existsSync(onDeno) && readdirSync(onDeno).length > 0) {
      const { stdout } = spawnSync(denoExecutable(), ['coverage', '--lcov', '--quiet', onDeno], {
        cwd: repository,
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
      })
      add(stdout)
    }
    console.log(`\n${coverageTable(byFolder(coverage))}`)
    return tests.status ?? 1
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

process.exitCode = main(process.argv.slice(2))
