import type { Issue } from '../gold/issues.ts'
import type { Json, JsonObject } from '../delivery/json.ts'
import { resources } from '../reso/dictionary.ts'
import type { Effort } from './effort.ts'
import type { Mapping } from './mapping/language.ts'
import type { Brought } from '../media/brought-picture.ts'
import type { Upstream } from './upstream.ts'

/** What the others refer to. */
const first = ['office', 'member', 'contacts', 'property']

/** Resources by their ingest names, in the order in which a source is read: what others refer to comes first. */
export const resourceOrder: readonly string[] = [
  ...first,
  ...resources.map(({ ingestName }) => ingestName).filter((name) => !first.includes(name)),
]
/** The ingest name of a resource. */
export type ResourceName = string

/** What may be done with the pictures of a source (mls.media_rules). */
export interface MediaRules {
  /** Whether its own addresses may be shown, and last. */
  hotlink: 'allowed' | 'expires' | 'forbidden'
  /** False: nothing is copied. */
  copy?: boolean
  /** How the source's token goes with a request for a picture: not, as a bearer's, or as the name of the program. */
  auth?: 'none' | 'bearer' | 'user_agent'
  /** Hosts that are given the token; nobody else's, whatever an address says. */
  token_hosts?: string[]
  requests_per_second?: number
  originals?: 'keep' | 'drop'
  /** Days that a copy outlives its last use; 0 where a source wants it gone at once. */
  keep_days?: number
}

/** A source as the database hands it to a worker (mls.source_order). */
export interface Source<Settings = JsonObject> {
  id: string
  office_key: string
  code: string
  provider: string
  settings: Settings
  mapping: Mapping | null
  mapping_version: number
  resources: { name: ResourceName; every_minutes?: number }[]
  key_prefix: string
  overlap_seconds: number
  sweep_minutes: number
  media: Partial<MediaRules>
  /** Up to where each stage was read; each provider's own. */
  marks: Record<string, Json>
  done_at: Record<string, string>
  requests_per_minute: number | null
  requests_per_day: number | null
}

export interface Order<Settings = JsonObject, Credentials = Record<string, string>> {
  run: {
    id: string
    mode: 'FULL' | 'DELTA' | 'MEDIA' | 'PROBE'
    lease_token: string
    cursor: RunCursor | Record<string, never>
    stage: string | null
    done: number
    force: boolean
    trigger: string
    failures: number
  }
  source: Source<Settings>
  market: { tenant_id: string; code: string; country: string; currency: string }
  credentials: Credentials | null
  session: JsonObject | null
  /** Hosts that may be spoken to without TLS. */
  hosts: string[]
}

/**
 * A part of a run. `full`: every record, and what is not among them is gone. `delta`: what changed since the mark.
 * `keys`: the keys only, for sources that cannot tell what is gone.
 */
export interface Stage {
  name: string
  kind: 'full' | 'delta' | 'keys'
  /** What it brings; the first is what `done` counts. */
  resources: ResourceName[]
  /** For `keys`: what comes with the records that a comparison found missing. Of these no list of keys is complete. */
  along?: ResourceName[]
  /** Under which name the mark is kept, where stages share one. */
  mark?: string
  /** Under which name its completion is noted. */
  as?: string
}

/** Whether a stage brings records of a resource. */
export const brings = ({ resources, along = [] }: Stage, name: ResourceName): boolean =>
  resources.includes(name) || along.includes(name)

/** Where a run stands: in which stage of its plan, and at which place the provider understands. */
export interface RunCursor {
  plan: Stage[]
  at: number
  place: Json
  /** Of the stage under way: resources whose key list has a hole, for a call failed. */
  incomplete: ResourceName[]
  /** What the provider wants to know again in the next slice. */
  memory?: Json
}

/** A gold record, and what was to be said of it before the contract reads it. */
export interface Mapped {
  record: Record<string, unknown>
  errors?: Issue[]
  warnings?: Issue[]
}

/** Records of one resource in a page. */
export interface Batch {
  resource: ResourceName
  records: Mapped[]
  /** Keys that the source holds and whose records are not sent along. */
  keys?: string[]
  /** Keys that the source says are gone. */
  gone?: string[]
  /** Pictures, rooms ...: listings of which all are here. */
  whole?: string[]
}

/** What a source brings beside the resources of the contract; see mls.merge_aside for its rows. */
export interface AsideBatch {
  aside: 'developments' | 'leads' | 'remarks' | 'regions'
  rows: JsonObject[]
}

/** What one read brought, as the source writes it. */
export interface Page<Raw> {
  raw: Raw
  /** Where the next read goes on; absent when the stage is done. */
  next?: Json
  /** What there is to read is what was read last: the stage ends, and nothing is concluded from it. */
  unchanged?: true
  /** When the stage is done: up to where it was read. */
  mark?: Json
  expected?: number
  errors?: { key?: string; code: string; message: string }[]
  incomplete?: ResourceName[]
  memory?: Json
  /** Pictures that came inside the answers, by the keys of their records. */
  pictures?: { media_key: string; listing_key: string; picture: Brought }[]
}

/** The pictures of some listings, as their source has them now. */
export interface ListingsMedia
  extends Pick<Batch, 'records' | 'whole'>, Pick<Page<unknown>, 'pictures' | 'errors'> {
  /** Keys that were not asked about: the others fill a page. */
  left?: string[]
}

/** Bytes of files that were sent or fetched. */
export interface FileStore {
  /** The newest file that waits; from then on it is this run's. */
  take(): Promise<{ id: string; name: string; bytes: number } | null>
  read(id: string, offset: number, length: number): Promise<Uint8Array>
  /** Fetches what the stream holds into a file of this run; undefined when it is the content that was read last. */
  keep(
    name: string,
    body: ReadableStream<Uint8Array>,
    facts: { etag?: string; last_modified?: string },
  ): Promise<
    { id: string; name: string; bytes: number } | undefined
  >
  last(): Promise<{ etag: string | null; last_modified: string | null } | null>
}

export interface Work<Settings = JsonObject, Credentials = Record<string, string>>
  extends Order<Settings, Credentials> {
  upstream: Upstream
  files: FileStore
  /** For readers whose parsing takes more than its bytes tell. */
  effort: Effort
  /** Which of these keys (with the prefix) the hub does not hold. */
  unknownKeys(resource: ResourceName, keys: string[]): Promise<string[]>
  /** Keeps a session in Vault at once, for sources that allow one only: the next worker can end it, should this one die. */
  keepSession(session: JsonObject): Promise<void>
}

/** An open source. `session` is what must be kept in Vault until the next slice, undefined where nothing changed. */
export interface Connection<Raw> {
  /** The stages of a run of this mode. */
  plan(mode: 'FULL' | 'DELTA'): Promise<Stage[]> | Stage[]
  read(stage: Stage, place: Json, memory: Json | undefined, limit: number): Promise<Page<Raw>>
  map(stage: Stage, raw: Raw): Batch[]
  /** Reads the pictures of some listings, named by the source's own keys. What is said of none changes nothing. */
  readMediaOf?(listings: string[]): Promise<ListingsMedia>
  /** What the page brings beside them. */
  mapAside?(stage: Stage, raw: Raw): AsideBatch[]
  session?(): JsonObject | null | undefined
  close?(): Promise<void>
  /** What there is to know about how the source was read, for people. */
  describe?(): string
}
