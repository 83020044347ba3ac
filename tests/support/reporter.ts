import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node'

/** Ends a run with the one line `N passed, N failed, N skipped`, for people and for scripts. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++
      // A file that fails before its tests exist has none to count, but has not passed.
      if (module.state() === 'failed' && ![...module.children.allTests('failed')].length) count.failed++
    }
    // Nor has a run whose setup fails before there is any file.
    if (reason === 'failed' && count.failed === 0) count.failed = 1
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`)
  }
}
