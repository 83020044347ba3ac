import { firstVisit } from './console.ts'
import { deliveries } from './deliveries.ts'
import { feed } from './feed.ts'
import { fullRun } from './full-run.ts'
import type { LoneSubject, Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { ingest } from './ingest.ts'
import { media } from './media.ts'
import { merge } from './merge.ts'
import { pages } from './pages.ts'
import { screensUnderRls } from './screens.ts'
import { search } from './search.ts'
import { soak } from './soak.ts'
import { sources } from './sources.ts'
import { throughput } from './throughput.ts'
import { volume } from './volume.ts'
import { weight } from './weight.ts'

/** Every subject of `npm run bench`, in the order in which they are measured. */
export const subjects: (Subject<BenchHub> | LoneSubject)[] = [
  merge,
  weight,
  ingest,
  fullRun,
  pages,
  throughput,
  volume,
  deliveries,
  feed,
  screensUnderRls,
  firstVisit,
  media,
  sources,
  search,
  soak,
]
