/** The parts of the service worker's world that are used here; TypeScript's own library for it excludes the page's. */

export interface WorkerClient {
  readonly id: string
  readonly frameType: 'auxiliary' | 'top-level' | 'nested' | 'none'
  readonly visibilityState: 'hidden' | 'visible'
  postMessage(message: unknown, transfer: Transferable[]): void
}

export interface FetchEvent extends Event {
  readonly request: Request
  respondWith(response: Promise<Response>): void
  waitUntil(done: Promise<unknown>): void
}

export interface LifecycleEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}

export interface StoredCookie {
  readonly name: string
  readonly value: string
}

export interface CookieToStore {
  name: string
  value: string
  path: string
  expires?: number
  sameSite: 'lax' | 'strict' | 'none'
}

/** https://cookiestore.spec.whatwg.org; missing in browsers of before 2025. */
export interface CookieJar {
  getAll(options: { url: string }): Promise<StoredCookie[]>
  set(cookie: CookieToStore): Promise<void>
  delete(cookie: { name: string; path: string }): Promise<void>
}

export interface WorkerScope {
  readonly location: Location
  readonly cookieStore?: CookieJar
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<WorkerClient[]>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
  addEventListener(type: 'install' | 'activate', listener: (event: LifecycleEvent) => void): void
  addEventListener(type: 'message', listener: () => void): void
}
