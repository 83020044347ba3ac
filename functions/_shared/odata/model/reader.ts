/** Who reads, as far as a query depends on it. The door makes one of the API client it has identified. */
export interface Reader {
  /** Office keys. Empty means no rows. */
  offices: string[]
  /** Older keys of these offices (`CSIR`), which filters of consumers still name, each with the key that it has now. */
  aliases?: Record<string, string>
  visibility: 'all' | 'published'
  /** Sensitive resources (`Contacts`) and fields (`Property.*`, `Property.PrivateRemarks`) granted explicitly. */
  grants: string[]
  /** Signed by the database; opaque here. Goes into the setting `mls.claims` of the reading transaction. */
  claims: string
  /** Given where a read replica may answer; without it the primary does. */
  horizon?: Horizon
}

/** What one request knows of time: an answer that shows less would take its reader back. Stamps, as in mls_entity_events. */
export interface Horizon {
  /** Must be visible to whoever answers. It grows with what the request itself has read. */
  atLeast: bigint
}
