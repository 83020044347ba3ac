/** JSON to look at, folded unless it is what one asked for. It is text: nothing in it is ever run or drawn. */
export function Json({ of, label, open }: { of: unknown; label: string; open?: boolean }) {
  return (
    <details open={open} className='mt-2 text-sm'>
      <summary className='foreign text-accent'>{label}</summary>
      <pre
        tabIndex={0}
        className='foreign mt-1 max-h-80 overflow-auto rounded bg-sunken p-2 text-xs whitespace-pre-wrap'
      >{JSON.stringify(of, null, 2)}</pre>
    </details>
  )
}
