/** Our own HTML and its headers. The page has no inline script or style, so its policy allows none. */
import type { ErrorBody } from '../../protocols/errors/index.ts'
import { scriptPath } from './assets.ts'

/** For everything that the gateway itself answers. */
export const OWN_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "worker-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const

const head = (title: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/.coterie/page.css">`

/** The page that holds the channel and shows the service. */
export const servicePage = (service: string): string => `${head(service)}
<main id="status"><h1>Connecting to ${service} …</h1><p></p><code></code></main>
<script type="module" src="/.coterie/assets/${scriptPath('signaling/browser/page')}"></script>
</html>
`

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

/** An error as a page: what happened, what to do, and its code. */
export const errorPage = ({ code, message, next }: ErrorBody): string => `${head(code)}
<main id="status"><h1>This page cannot be shown</h1><p>${escapeHtml(message)}. ${escapeHtml(next)}.</p>
<p><a href="">Try again</a></p><code>${code}</code></main>
</html>
`

export const PAGE_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 }
iframe { position: fixed; inset: 0; width: 100%; height: 100%; border: 0; background: Canvas }
main { box-sizing: border-box; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }
main[hidden] { display: none }
main:has(~ iframe) { position: fixed; z-index: 1; inset: auto 1rem 1rem; margin: 0 auto; padding: .75rem 1rem;
  background: Canvas; border: 1px solid GrayText; border-radius: .5rem; box-shadow: 0 .25rem 1rem #0003 }
main:has(~ iframe) h1 { font-size: 1rem; margin: 0 }
p { margin: .5rem 0 }
p::first-letter { text-transform: uppercase }
code { opacity: .6 }
`
