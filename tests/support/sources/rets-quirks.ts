import type { RetsQuirks } from '../../../scripts/stack/sandbox-rets/server.ts'

/** Servers of RETS as they are met: each is read whole in sources-rets.test.ts. */
export const retsQuirks: [server: string, quirks: Partial<RetsQuirks>][] = [
  ['that is as the book says', {}],
  ['of 1.8 with basic authorization and absolute addresses', {
    version: 'RETS/1.8',
    auth: 'basic',
    capabilities: 'absolute',
  }],
  ['that ignores Offset', { offset: 'ignored', cap: 7 }],
  ['that refuses Offset', { offset: 'refused', cap: 7 }],
  ['that breaks at Offset', { offset: 'broken', cap: 7 }],
  ['that ignores Offset and knows no ranges of keys', { offset: 'ignored', cap: 7, ranges: false }],
  ['that gives no count and a page of rows', { counts: false, cap: 7 }],
  ['that gives no count and refuses Offset', { counts: false, cap: 7, offset: 'refused' }],
  ['that gives no count and breaks at Offset', { counts: false, cap: 7, offset: 'broken' }],
  ['that caps its rows', { cap: 7 }],
  ['that caps its rows without a word', { cap: 7, maxrows: false }],
  ['that ignores Offset and caps its rows without a word', { offset: 'ignored', cap: 7, maxrows: false }],
  ['that gives no count and caps its rows without a word', { counts: false, cap: 7, maxrows: false }],
  ['whose last page is a full one', { cap: 10 }],
  ['that forgets its sessions', { sessionSearches: 3 }],
  ['of 1.8 that ignores Offset and forgets its sessions', {
    version: 'RETS/1.8',
    offset: 'ignored',
    cap: 7,
    sessionSearches: 4,
  }],
  ['that writes Latin-1 with pipes and bare ends', {
    encoding: 'latin1',
    delimiter: '|',
    leading: false,
    trailing: false,
  }],
]
