/** The labels in a comma separated text. */
export function labels(value: unknown): string[] {
  return typeof value === 'string'
    ? value.split(',').map((label) => label.trim()).filter((label) => label !== '')
    : []
}

/** Whether a label affirms: "No A/C" and "none" deny. */
export function isAffirmed(label: string): boolean {
  return !/^(no|none|not|nan|null|false|n\/a|0(\.0+)?)\b/i.test(label)
}

/** Whether one of the labels of a text affirms something. */
export function affirmed(value: unknown): boolean {
  return labels(value).some(isAffirmed)
}

export function hasPool(columns: Record<string, unknown>): boolean {
  return columns.private_pool === true || columns.common_pool === true || affirmed(columns.pool_features)
}
