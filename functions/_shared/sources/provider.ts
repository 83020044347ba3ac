import type { z } from 'zod'
import type { JsonObject } from '../delivery/json.ts'
import type { Wording } from '../gold/readers/field.ts'
import type { Connection, MediaRules, Work } from './types.ts'

/**
 * A kind of source: a folder with `connect`, `read` and `map`, and a line in providers.ts. Everything else (runs,
 * leases, cursors, limits, deletion, what is kept) is the engine's.
 */
export interface Provider<Settings = JsonObject, Credentials = Record<string, string>, Raw = unknown> {
  code: string
  settings: z.ZodType<Settings>
  /** Absent where there is nothing to sign in to. */
  credentials?: z.ZodType<Credentials>
  /** Whether a mapping alone makes its records, may be given, or means nothing. */
  mapping: 'required' | 'optional' | 'none'
  /** How many versions of its own mapping there are, where it has one: `mapping_version` of a source chooses. */
  mappingVersions?: number
  /**
   * Whether a text is kept as the hub has it where the new one means the same (`2.0` and `2`, `True` and `true`): a
   * market that was delivered in another spelling before is taken over without a change of every listing.
   */
  keepsSpelling?: boolean
  /**
   * Whose words its records use; gold's where it stands for what Databricks delivered, so that a market which moves over
   * sees no change.
   */
  wording: Wording
  /**
   * Why a value of a listing would change though nothing changed at the source: `artefact` where the way it came before
   * lost or polluted it, `correction` where this version of the mapping puts it right.
   */
  whyChanged?(
    field: string,
    was: unknown,
    now: unknown,
    version: number,
  ): 'artefact' | 'correction' | undefined
  /** `<CODE>_` of the source unless gold has a prefix of its own for this provider. */
  keyPrefix?: string
  /** Whether it takes files by POST /sources/{id}/files. */
  takesFiles?: boolean
  /** Whether its connections can be asked about the pictures of some listings only (`readMediaOf`). */
  readsMediaOf?: true
  /** Addresses in the settings: they are guarded, and stored credentials belong to them. */
  addresses(settings: Settings): { pointer: string; url: string }[]
  /** What is wrong with the settings beyond their shape. */
  check?(settings: Settings, credentials: Credentials | undefined): { pointer: string; message: string }[]
  /** What a source has where nobody said otherwise. */
  defaults?(settings: Settings): {
    requests_per_minute?: number
    requests_per_day?: number
    overlap_seconds?: number
    media?: MediaRules
  }
  /** @throws SourceFailure; `unauthorized` for credentials that are refused */
  connect(work: Work<Settings, Credentials>): Promise<Connection<Raw>>
}

// deno-lint-ignore no-explicit-any -- settings, credentials and raw pages are each provider's own
export type AnyProvider = Provider<any, any, any>
