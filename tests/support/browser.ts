import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/**
 * The Chromium of this machine: the one that MLS_TEST_BROWSER names, or one on the path. Without any, tests of pages
 * are skipped; with MLS_TEST_BROWSER (which .ci/run sets) they fail rather than be skipped.
 */
export function findChromium(): string | undefined {
  const { MLS_TEST_BROWSER: named, PATH: path = '' } = process.env
  return named ||
    path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
}

/** Global setup: what a test prints is shown only when it fails, and these would be skipped without a word. */
export function setup(): void {
  if (findChromium()) return
  console.warn('No Chromium: the tests of pages are skipped. Install one, or name it in MLS_TEST_BROWSER.')
}

/** Starts it with a profile of its own, which goes when it is closed, and kept from calling home. */
export function startChromium(executablePath: string, more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', // as root, in a container, there is none to be had
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}
