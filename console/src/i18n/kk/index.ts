import type { Catalogue } from '../index.ts'
import { codes } from './codes.ts'
import { listing } from './listing.ts'
import { operate } from './operate.ts'
import { shell } from './shell.ts'
import { website } from './website.ts'
import { work } from './work.ts'

export const kk: Catalogue = { ...shell, ...codes, ...work, ...listing, ...operate, ...website }
