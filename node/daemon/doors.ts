import type { PlannedPlacement, WaitingSlot } from '../../protocols/control/index.ts'
import { serviceKey } from '../../protocols/spec/index.ts'
import { createDeploymentDesk, type DeploymentDesk, type OwnPort } from '../deployments/index.ts'
import { createGateway, type GatewayService } from '../gateway/index.ts'
import { readLogs, selectLines } from '../logs/index.ts'
import type { Plan } from '../scheduler/index.ts'
import type { Ground } from './ground.ts'
import type { Planes } from './planes.ts'
import { createServiceResolver, labelOf } from './services.ts'
import { systemClock } from './system-clock.ts'
import type { Work } from './work.ts'

/** The door for browsers. Not yet started. */
export const openGateway = (ground: Ground, planes: Planes, { observed }: Work): GatewayService => {
  const { settings, network, clock, random, logger } = ground
  const { decisions, intent, isAlive } = planes
  const { self } = network.connections
  const specOf = (revision: string) => intent.resolveSpec(revision)
  return createGateway(
    {
      logger: logger.child({ part: 'gateway' }),
      clock,
      random,
      requests: network.requests,
      services: createServiceResolver({ self, decisions: decisions.view, specOf, observed, isAlive }),
    },
    { self, listen: { host: '127.0.0.1', port: settings.gatewayPort } },
  )
}

/** A time of this process's clock as people read it. */
const toWallMs = (atMs: number): number => Math.round(systemClock.wallMs() + atMs - systemClock.nowMs())

const waitingSlots = ({ waiting }: Pick<Plan, 'waiting'>): WaitingSlot[] =>
  waiting.map(({ retryAtMs, ...slot }) => ({
    ...slot,
    retryAtMs: retryAtMs === null ? null : toWallMs(retryAtMs),
  }))

/** The door for people who deploy and look. */
export const openDesk = (
  ground: Ground,
  planes: Planes,
  work: Work,
  gateway: GatewayService,
  ownPorts: () => readonly OwnPort[],
): DeploymentDesk => {
  const { network, settings } = ground
  const { decisions, intent, healthOf } = planes
  const { observed, scheduler, agent } = work
  const { self } = network.connections
  const nameOf = (node: string) => decisions.view.nodes.get(node)?.name ?? null
  return createDeploymentDesk({
    self,
    policy: settings.policy,
    decisions,
    intent,
    observed,
    healthOf,
    planPlacements: (specs) => {
      const plan = scheduler.preview(
        specs.map((spec) => ({ object: serviceKey(spec.project, spec.name), spec })),
      )
      const placed = plan.assign.map(({ object, slot, node, reason }): PlannedPlacement => {
        return { object, slot, node: nameOf(node), reason }
      })
      const unplaced = plan.waiting.map(({ object, slot, reason }) => ({ object, slot, node: null, reason }))
      return [...placed, ...unplaced]
    },
    judgeNodes: scheduler.judgeNodes,
    ownPorts,
    waiting: () => waitingSlots({ waiting: scheduler.waiting() }),
    urlOf: (project, name) => gateway.url(labelOf(decisions.view, project, name)),
    readLogs: (node, task, options) =>
      node === self
        ? selectLines((plain) => agent.logs(task, plain), options)
        : readLogs(network.streams, node, task, options),
    clock: systemClock,
  })
}
