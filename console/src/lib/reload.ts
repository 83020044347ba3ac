const key = 'mls-console-reloaded'

/**
 * A tab that was open over night asks for a part of the page that a newer build has replaced: the page is loaded anew, once
 * in a while, so that a hub that is down does not make it load for ever.
 */
export function reloadWhenReplaced(): void {
  addEventListener('vite:preloadError', (event) => {
    if (Date.now() - Number(sessionStorage.getItem(key)) < 30_000) return
    event.preventDefault()
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  })
}
