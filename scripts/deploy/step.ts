/** One step of a deployment: what is printed, with secrets masked, and what it does. */
export interface Step {
  title: string
  shown: string[]
  /**
   * Does it, and says what came of it by `report`. Each step may be repeated: a deployment that stopped half-way is run
   * again. What it answers is left for the operator to do; the deployment goes on.
   *
   * @throws when the steps behind it make no sense
   */
  run(report: (line: string) => void): Promise<string[] | void>
}

/** A secret as it is shown: recognisable by who knows it. */
export function mask(value: string): string {
  if (value.startsWith('<')) return value
  return value.length < 32 ? '****' : `${value.slice(0, 4)}...${value.slice(-4)}`
}
