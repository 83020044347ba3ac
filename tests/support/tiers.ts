import process from 'node:process'

/**
 * How often something random is tried: `usual` in every run, `long` where MLS_TEST_LONG=1 asks for all of it. Chance finds
 * most in the first rounds; the many rounds are for whoever changes the part under test.
 */
export const rounds = (usual: number, long: number): number =>
  process.env.MLS_TEST_LONG === '1' ? long : usual
