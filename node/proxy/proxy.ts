import { type Publishing, type Route, type RoutingTable, routesOf } from '../../protocols/proxy/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Metric } from '../ports/metrics.ts'
import { answerTunnels } from './answering.ts'
import { createCarriedTasks } from './carried.ts'
import { createConnector } from './connect.ts'
import { createCounts } from './counts.ts'
import { createDoor, type Door } from './door.ts'
import { SETTLE_MS } from './limits.ts'
import { listenTcp } from './listener.ts'
import { createTasks } from './tasks.ts'
import type { AnsweredPort, ProxyComponents, ProxyInit, ProxyService } from './types.ts'
import { listenUdp } from './udp-listener.ts'

interface Opened {
  readonly route: Route
  readonly door: Door
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine does not have the address',
  EACCES: 'this user may not listen there',
}

const wire = (components: ProxyComponents, { self }: ProxyInit) => {
  const { clock } = components
  const tasks = createTasks(components, self)
  const carried = createCarriedTasks(clock)
  const counts = createCounts()
  const connector = createConnector({ ...components, tasks, carried, counts })
  return { tasks, carried, counts, connector }
}

export class PortProxy implements ProxyService {
  readonly #components: ProxyComponents
  readonly #init: ProxyInit
  readonly #parts: ReturnType<typeof wire>
  readonly #opened = new Map<string, Opened>()
  readonly #listeners = new Set<(port: AnsweredPort) => void>()
  #table: RoutingTable = { routes: new Map(), clashes: [] }
  #unsubscribe: ReadonlyArray<() => void> = []
  #cancelLook: (() => void) | null = null

  constructor(components: ProxyComponents, init: ProxyInit) {
    this.#components = components
    this.#init = init
    this.#parts = wire(components, init)
  }

  async start(): Promise<void> {
    const { bulk, onRoutes, onTasks } = this.#components
    const { tasks } = this.#parts
    bulk.handleBytes(
      PROTOCOLS.tunnel,
      answerTunnels({ ...this.#components, ...this.#parts }, this.#init.self),
    )
    this.#unsubscribe = [onTasks(() => tasks.forget()), onRoutes(() => this.#lookSoon())]
    this.#look()
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#cancelLook?.()
    for (const { door } of this.#opened.values()) door.close()
    this.#opened.clear()
    this.#parts.carried.stop()
  }

  ports(): readonly AnsweredPort[] {
    const answered = [...this.#opened.values()].map((opened) => this.#told(opened))
    const clashes = this.#table.clashes.map(
      (clash): AnsweredPort => ({ ...clash, problem: `${nameOf(clash.by)} publishes it, and was earlier` }),
    )
    return [...answered, ...clashes].sort((one, other) => one.published - other.published)
  }

  onPort(listener: (port: AnsweredPort) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  drain(task: string): Promise<void> {
    return this.#parts.carried.drain(task)
  }

  metrics(): readonly Metric[] {
    const count = (isAnswered: boolean) => () =>
      [...this.#opened.values()].filter(({ door }) => (door.problem() === null) === isAnswered).length
    return this.#parts.counts.metrics(count(true), count(false))
  }

  #told({ route: { object, published, protocol }, door }: Opened): AnsweredPort {
    return { object, published, protocol, by: null, problem: door.problem() }
  }

  #lookSoon(): void {
    this.#parts.tasks.forget()
    this.#cancelLook ??= this.#components.clock.after(SETTLE_MS, () => this.#look())
  }

  /** Opens what is published, and closes what is no longer. */
  #look(): void {
    this.#cancelLook = null
    this.#table = routesOf(this.#publishing())
    for (const [key, { route, door }] of this.#opened) {
      const wanted = this.#table.routes.get(key)
      if (wanted !== undefined && wanted.object === route.object && wanted.address === route.address) continue
      door.close()
      this.#opened.delete(key)
    }
    for (const [key, route] of this.#table.routes) if (!this.#opened.has(key)) this.#open(key, route)
  }

  #publishing(): Publishing[] {
    const { decisions, specOf } = this.#components
    return [...decisions.objects.values()].flatMap(({ object, head, hlc, removed }) => {
      const spec = removed ? null : specOf(head)
      return spec === null || spec.ports.length === 0 ? [] : [{ object, spec, hlc }]
    })
  }

  #open(key: string, route: Route): void {
    const { clock } = this.#components
    const parts = { ...this.#components, ...this.#parts }
    const door = createDoor(clock, {
      host: route.address ?? this.#init.address,
      open: route.protocol === 'tcp' ? listenTcp(parts, route) : listenUdp(parts, route),
      explain: (error) => this.#explain(error, route),
      onChange: () => {
        const told = this.#told(opened)
        const { logger } = this.#components
        if (told.problem === null) logger.info({ ...told }, 'a published port is answered')
        else logger.warn({ ...told }, 'a published port is not answered here')
        for (const listener of this.#listeners) listener(told)
      },
    })
    const opened = { route, door }
    this.#opened.set(key, opened)
  }

  async #explain(error: NodeJS.ErrnoException, { published, protocol }: Route): Promise<string> {
    const { code = error.message } = error
    if (code !== 'EADDRINUSE') return REFUSALS[code] ?? `the system says ${code}`
    const owner = protocol === 'tcp' ? await this.#components.portOwner(published) : null
    return `${owner ?? 'another program'} holds it`
  }
}

const nameOf = (object: string): string => object.replace(/^service\//, '')
