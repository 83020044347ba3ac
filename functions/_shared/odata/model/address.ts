import type { EntityType } from './model.ts'

/** The address of an entity below the service root: `Property('a')`, `EntityEvent(1)`. */
export function addressOf({ name, key, properties }: EntityType, value: string | number): string {
  const isNumber = properties.get(key)!.field.type === 'BIGINT'
  return `${name}(${isNumber ? value : `'${encodeURIComponent(String(value).replaceAll("'", "''"))}'`})`
}
