import { en } from './en.ts'
import type { Catalogue } from './index.ts'

export const kk: Catalogue = { ...en }
