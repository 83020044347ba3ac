/** Whether a value in an answer is one of the type that `$metadata` declares for its property. */
const forms: Record<string, (value: unknown) => boolean> = {
  'Edm.String': (value) => typeof value === 'string',
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Int32': (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31,
  'Edm.Int64': (value) => Number.isInteger(value),
  'Edm.Decimal': (value) => typeof value === 'number',
  'Edm.Double': (value) => typeof value === 'number',
  'Edm.Date': (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)),
  'Edm.DateTimeOffset': (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(value)),
  'Edm.GeographyPoint': (value) => typeof value === 'object',
}

export const edmTypes = Object.keys(forms)

/** `Collection(Edm.String)` -> `Edm.String` */
export function elementType(type: string): string {
  return /^Collection\((.+)\)$/.exec(type)?.[1] ?? type
}

export function fits(value: unknown, { Type, Nullable }: Record<string, string>): boolean {
  const isOf = forms[elementType(Type!)]!
  if (Type!.startsWith('Collection(')) return Array.isArray(value) && value.every(isOf)
  return value === null ? Nullable !== 'false' : isOf(value)
}
