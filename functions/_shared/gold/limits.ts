/** Longest text of a field, in UTF-16 units. The longest remark in gold has some 6,000. */
export const maxText = 100_000

/** Longest key or single lookup value: they are indexed, and a b-tree entry holds 2,700 bytes. */
export const maxKey = 255

/** Longest name of a field that the contract does not know. */
export const maxName = 255

/** Deepest nesting of a value that the contract does not know; Postgres and JSON.stringify recurse. */
export const maxDepth = 32

/** Records of one batch, and bytes of its body after decompression. */
export const maxRecords = 1_000
export const maxBodyBytes = 10 * 1024 * 1024

/** Warnings that a receipt lists per record; a record that is wrong throughout would else answer with 200 of them. */
export const maxWarnings = 25
