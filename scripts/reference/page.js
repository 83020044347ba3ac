// Works without: it folds the contents on a small screen, finds fields by name and opens the lookup of a link.
const wide = matchMedia('(min-width: 64rem)')
const contents = document.querySelector('nav details')
const [search, found, index] = document.querySelectorAll(
  'nav input, nav .found, nav details > ul:not(.found)',
)
const fields = [...document.querySelectorAll('.fields > div')].map(({ id }) => id)
const shown = 30

const unfold = () => contents.open = wide.matches
wide.addEventListener('change', unfold)
unfold()

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target instanceof HTMLDetailsElement) target.open = true
  if (!wide.matches) contents.open = false
  for (const link of contents.querySelectorAll('[aria-current]')) link.removeAttribute('aria-current')
  index.querySelector(`a[href="${CSS.escape(location.hash).replace(/^\\#/, '#')}"]`)?.setAttribute(
    'aria-current',
    'true',
  )
}
addEventListener('hashchange', openTarget)
if (location.hash) openTarget()

search.hidden = false
search.addEventListener('input', () => {
  const wanted = search.value.trim().toLowerCase()
  const hits = wanted ? fields.filter((id) => id.toLowerCase().includes(wanted)) : []
  found.replaceChildren(
    ...hits.slice(0, shown).map((id) => {
      const item = document.createElement('li')
      const link = document.createElement('a')
      link.href = `#${id}`
      link.textContent = id
      item.append(link)
      return item
    }),
  )
  if (hits.length > shown) found.append(`and ${hits.length - shown} more`)
  if (wanted && hits.length === 0) found.append('No field of that name')
  found.hidden = !wanted
  index.hidden = Boolean(wanted)
})
