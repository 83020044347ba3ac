/** What the developer has to mend; shown without a stack. */
export class GenerateError extends Error {}
