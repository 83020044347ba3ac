import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The Chromium of this machine: the one that MLS_TEST_BROWSER names, or one on the path. */
export function findChromium(): string | undefined {
  const { MLS_TEST_BROWSER: named, PATH: path = '' } = process.env
  return named ||
    path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
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
