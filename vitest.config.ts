import process from 'node:process'
import { defineConfig } from 'vitest/config'
import { filesAlone } from './tests/support/alone.ts'
import { keepScratchInMemory } from './tests/support/scratch.ts'
import LongestFirst from './tests/support/sequencer.ts'

/**
 * Kinds of test, told apart by what they need:
 *   unit      nothing; unit-alone are those that change what a process shares
 *   database  a clone of the migrated template database
 *   http      that and a gateway process with the functions
 *   browser   that and a Chromium
 *   stack     the whole local stack, started as a user starts it
 *   pooler    a pgbouncer; only .ci/pooler has one, which runs `http` through it too
 * Two workers: with three, a run on two cores ended no sooner, and each test waited longer.
 */
const setupFiles = ['tests/support/setup.ts']
const globalSetup = ['tests/support/postgres.ts']
const alone = filesAlone('tests/unit')

keepScratchInMemory()

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // the default of a second is a bet on a machine with nothing else to do
    expect: { poll: { timeout: 30_000, interval: 50 } },
    silent: 'passed-only',
    reporters: ['default', './tests/support/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          exclude: alone,
          isolate: false,
          setupFiles,
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'unit-alone', include: alone, setupFiles, testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['tests/database/**/*.test.ts'],
          setupFiles,
          globalSetup,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'http',
          include: ['tests/http/**/*.test.ts'],
          setupFiles,
          globalSetup,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          setupFiles,
          globalSetup: [...globalSetup, 'tests/support/browser.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      ...process.env.MLS_TEST_POOLER
        ? [{
          extends: true as const,
          test: {
            name: 'pooler',
            include: ['tests/pooler/**/*.test.ts'],
            setupFiles,
            globalSetup,
            testTimeout: 300_000,
            hookTimeout: 300_000,
          },
        }]
        : [],
      {
        extends: true,
        test: {
          name: 'stack',
          include: ['tests/stack/**/*.test.ts'],
          setupFiles,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
