import { SourceFailure } from './failure.ts'
import { dashApi, dashFile } from './dash/provider.ts'
import { file } from './file/provider.ts'
import { mock } from './mock/provider.ts'
import type { AnyProvider } from './provider.ts'
import { qobrix } from './qobrix/provider.ts'
import { reso } from './reso/provider.ts'
import { rets } from './rets/provider.ts'

/** Every kind of source, one a line: adding one touches its folder and this list. */
export const providers: readonly AnyProvider[] = [mock, file, reso, qobrix, dashApi, dashFile, rets]

export function findProvider(code: string): AnyProvider | undefined {
  return providers.find((provider) => provider.code === code)
}

export function providerOf(code: string): AnyProvider {
  const provider = findProvider(code)
  if (!provider) {
    throw new SourceFailure('not_configured', 'failed', `This version of the hub has no provider ${code}.`)
  }
  return provider
}
