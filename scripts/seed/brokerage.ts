/** The demo brokerage: three invented markets in gold form, and the way to send them through the ingest door. */
export { generateBrokerage, generateDeliveries } from './deliveries.ts'
export { seedBrokerage, type SeedOptions, type SeedReport } from './load.ts'
