import { codes } from './codes.ts'
import { listing } from './listing.ts'
import { operate } from './operate.ts'
import { shell } from './shell.ts'
import { website } from './website.ts'
import { work } from './work.ts'

/** The English texts, by area. Other languages have the same keys: the types and a test hold them to it. */
export const en = { ...shell, ...codes, ...work, ...listing, ...operate, ...website }
