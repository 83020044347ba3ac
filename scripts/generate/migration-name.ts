/** `ListPrice` is `list_price`, `X_SeaView` is `x_sea_view`. */
function snake(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
}

const longest = 60

/**
 * The name of the next generated migration: its number, the resource it is about, and the fields that come or go. The
 * ledger of the local stack takes each name once, whatever its number, so a name that is taken gets a count.
 */
export function migrationName(files: readonly string[], resources: string[], fields: string[]): string {
  const subject = resources.length === 1 ? resources[0]! : 'dictionary'
  const spoken = fields.map(snake).join('_')
  const what = spoken.length <= longest ? spoken : `${fields.length}_fields`
  const base = ['generated', subject, ...(what ? [what] : [])].join('_')
  const taken = new Set(files.map((file) => file.replace(/^\d+_/, '').replace(/\.sql$/, '')))
  let name = base
  for (let count = 2; taken.has(name); count++) name = `${base}_${count}`
  return `${String(files.length + 1).padStart(4, '0')}_${name}.sql`
}
