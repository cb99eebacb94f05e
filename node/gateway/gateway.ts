import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CoterieError } from '../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import { answerMessage, offerMessage } from '../../signaling/index.ts'
import { createHttpServer } from '../http/index.ts'
import { AnsweringSide } from './answering.ts'
import { askForAnswer } from './asking.ts'
import { createListener } from './listener.ts'
import type { GatewayComponents, GatewayInit, GatewayService } from './types.ts'

export class Gateway implements GatewayService {
  readonly #components: GatewayComponents
  readonly #init: GatewayInit
  readonly #answering: AnsweringSide
  #server: Server | null = null

  constructor(components: GatewayComponents, init: GatewayInit) {
    this.#components = components
    this.#init = init
    this.#answering = new AnsweringSide(
      { ...components, openUpstream: components.services.openUpstream },
      { self: init.self, iceAddresses: init.iceAddresses ?? null },
    )
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | null)?.port ?? 0
  }

  get sessionCount(): number {
    return this.#answering.sessionCount
  }

  url(service: string): string {
    return `http://${service}.localhost:${this.port}/`
  }

  async start(): Promise<void> {
    const { logger, requests, services } = this.#components
    requests.handleRequest(PROTOCOLS.signal, async (_from, payload) =>
      answerMessage.encode(await this.#answering.answer(offerMessage.decode(payload))),
    )
    const server = createHttpServer(
      createListener({
        check: (service) => void services.nodesOf(service),
        openSession: (service, sdp) => this.#openSession(service, sdp),
      }),
      { identity: null, clients: null },
    )
    this.#server = server
    await this.#listen(server)
    logger.info({ host: this.#init.listen.host, port: this.port }, 'the gateway listens')
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.close()
    server?.closeAllConnections()
    await this.#answering.stop()
  }

  #openSession(service: string, sdp: string): ReturnType<typeof askForAnswer> {
    const { services } = this.#components
    return askForAnswer(
      {
        ...this.#components,
        resolve: (name) => services.nodesOf(name),
        answerHere: (offer) => this.#answering.answer(offer),
      },
      this.#init.self,
      { service, sdp },
    )
  }

  async #listen(server: Server): Promise<void> {
    const { host, port } = this.#init.listen
    server.listen({ host, port })
    try {
      await once(server, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      throw new CoterieError('portInUse', { address: host, port, owner: null })
    }
  }
}
