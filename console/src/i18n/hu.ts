import { en } from './en.ts'
import type { Catalogue } from './index.ts'

export const hu: Catalogue = { ...en }
