/**
 * Published ports: answered on this node wherever the tasks behind them run. docs/design/proxy.md tells the whole way.
 */
import { PortProxy } from './proxy.ts'
import type { ProxyComponents, ProxyInit, ProxyService } from './types.ts'

export type { AnsweredPort, ProxyComponents, ProxyInit, ProxyService } from './types.ts'

/** Nothing is listened on before `start()`. A port that cannot be had is tried again, and shown; it fails nothing. */
export const createProxy = (components: ProxyComponents, init: ProxyInit): ProxyService =>
  new PortProxy(components, init)
