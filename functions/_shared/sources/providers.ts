import { SourceFailure } from './failure.ts'
import { file } from './file/provider.ts'
import { mock } from './mock/provider.ts'
import type { Provider } from './provider.ts'
import { reso } from './reso/provider.ts'

/** Every kind of source, one a line: adding one touches its folder and this list. */
// deno-lint-ignore no-explicit-any -- each has settings, credentials and raw pages of its own
export const providers: readonly Provider<any, any, any>[] = [mock, file, reso]

// deno-lint-ignore no-explicit-any -- see above
export function findProvider(code: string): Provider<any, any, any> | undefined {
  return providers.find((provider) => provider.code === code)
}

// deno-lint-ignore no-explicit-any -- see above
export function providerOf(code: string): Provider<any, any, any> {
  const provider = findProvider(code)
  if (!provider) {
    throw new SourceFailure('not_configured', 'failed', `This version of the hub has no provider ${code}.`)
  }
  return provider
}
