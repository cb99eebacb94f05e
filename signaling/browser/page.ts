/**
 * The page of a tab: holds the channel, serves the worker's fetches over it, and shows the service in a frame.
 *
 * It exists because a service worker has no WebRTC. The frame has the page's origin, so that address, title and
 * history follow what the person does in it.
 */
import { CoterieError, errorBody } from '../../protocols/errors/index.ts'
import type { ErrorText } from './port-messages.ts'
import { createServiceLink } from './service-link.ts'
import { serveWorker } from './worker-streams.ts'

const service = location.hostname.replace(/\.localhost$/, '')
const status = document.querySelector('#status') as HTMLElement
const [title, detail, code] = ['h1', 'p', 'code'].map((name) => status.querySelector(name)) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
]

/** Resolves when a worker of this origin answers fetches; rejects where there are none, as in some private windows. */
const worker = (async (): Promise<ServiceWorkerRegistration> => {
  // Its script is at the root, because Chromium lets a worker see cookies only below its script's own address.
  await navigator.serviceWorker.register('/', { scope: '/', updateViaCache: 'none' })
  return navigator.serviceWorker.ready
})()

const showStatus = (heading: string, error: ErrorText | null): void => {
  title.textContent = heading
  detail.textContent = error === null ? '' : `${error.message}. ${error.next}.`
  code.textContent = error?.code ?? ''
  status.hidden = false
}

const frame = document.createElement('iframe')
frame.id = 'service'
frame.allow = 'fullscreen; clipboard-read; clipboard-write'
frame.addEventListener('load', () => {
  const shown = frame.contentWindow
  const inner = frame.contentDocument
  // Another origin's document, which a link of the service may lead to, tells nothing of itself.
  if (shown === null || inner === null || shown.location.origin !== location.origin) return
  document.title = inner.title || service
  history.replaceState(null, '', shown.location.href)
})

const showService = async (): Promise<void> => {
  if (frame.isConnected) {
    // An error page of the worker tries again by itself when there is a channel again; what the service showed stays.
    if (frame.contentDocument?.querySelector('meta[name=coterie-error]'))
      frame.contentWindow?.location.reload()
    return
  }
  await worker
  frame.src = location.href
  document.body.append(frame)
}

const link = createServiceLink(service, {
  onUp: () => {
    status.hidden = true
    showService().catch(() =>
      showStatus('This page cannot be shown', errorBody(new CoterieError('browserUnfit', {}))),
    )
  },
  onDown: (error) =>
    showStatus(frame.isConnected ? 'Connecting again …' : `Connecting to ${service} …`, error),
})
serveWorker(navigator.serviceWorker, link, service)

window.addEventListener('pagehide', () => link.close())
// A page that comes back from the browser's cache has lost its channel for good.
window.addEventListener('pageshow', (event) => event.persisted && location.reload())
