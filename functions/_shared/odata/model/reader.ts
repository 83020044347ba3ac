/** Who reads, as far as a query depends on it. The door makes one of the API client it has identified. */
export interface Reader {
  /** Office keys. Empty means no rows. */
  offices: string[]
  visibility: 'all' | 'published'
  /** Sensitive resources (`Contacts`) and fields (`Property.*`, `Property.PrivateRemarks`) granted explicitly. */
  grants: string[]
  /** Signed by the database; opaque here. Goes into the setting `mls.claims` of the reading transaction. */
  claims: string
}
