/** JSON to look at, folded. It is text: nothing in it is ever run or drawn. */
export function Json({ of, label }: { of: unknown; label: string }) {
  return (
    <details className='mt-2 text-sm'>
      <summary className='foreign text-accent'>{label}</summary>
      <pre
        tabIndex={0}
        className='foreign mt-1 max-h-80 overflow-auto rounded bg-sunken p-2 text-xs whitespace-pre-wrap'
      >{JSON.stringify(of, null, 2)}</pre>
    </details>
  )
}
