import { findChromium } from '../../scripts/console/chromium.ts'

/**
 * Without a Chromium tests of pages are skipped; with MLS_TEST_BROWSER (which .ci/run sets) they fail rather than be
 * skipped.
 */
export { findChromium, startChromium } from '../../scripts/console/chromium.ts'

/** Global setup: what a test prints is shown only when it fails, and these would be skipped without a word. */
export function setup(): void {
  if (findChromium()) return
  console.warn('No Chromium: the tests of pages are skipped. Install one, or name it in MLS_TEST_BROWSER.')
}
