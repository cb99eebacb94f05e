/** Options and facts of a rehearsal, written by hand: five nodes, three of which vote, and `node1` leads; and the report on them. */

import assert from 'node:assert/strict'
import { Value } from 'typebox/value'
import type { Fact, Told } from '../../../../node/simulation/rehearsal/facts.ts'
import { reportOf } from '../../../../node/simulation/rehearsal/report.ts'
import {
  type Downtime,
  type Fault,
  type RehearsalOptions,
  RehearsalSchema,
  type RehearsedService,
} from '../../../../protocols/control/index.ts'
import type { ServiceSpec } from '../../../../protocols/spec/index.ts'
import { specsOf } from '../../../support/compose-files.ts'

export const WEB = 'service/shop/web'
export const VOTERS = ['node1', 'node2', 'node3']

export const fault = (
  kind: Fault['kind'],
  from: number,
  until: number | null,
  ...targets: string[]
): Fault => ({
  kind,
  targets,
  fromMs: from * 1000,
  untilMs: until === null ? null : until * 1000,
})

/** A service of so many replicas in the project `shop`. */
export const service = (name: string, replicas: number): ServiceSpec =>
  specsOf(
    `name: shop\nservices:\n  ${name}: {image: ${name}:1, deploy: {replicas: ${replicas}}}\n`,
  )[0] as ServiceSpec

export const handMade = (more: Partial<RehearsalOptions> = {}): RehearsalOptions => ({
  nodes: [1, 2, 3, 4, 5].map((number) => ({ name: `node${number}`, memoryMb: 4096 })),
  services: [service('web', 2)],
  deploy: { node: 'node1', atMs: 0 },
  faults: [],
  forMs: 120_000,
  seed: 1,
  pullMs: 5_000,
  startMs: 1_000,
  ...more,
})

/** Facts at a time, in seconds. */
export const at = (seconds: number, ...told: Told[]): Fact[] =>
  told.map((fact) => ({ ...fact, atMs: seconds * 1000 }) as Fact)

export const leads = (node: string, term: number): Told => ({ type: 'led', node, term })
export const begins = (index: number, ...nodes: string[]): Told => ({
  type: 'faultBegan',
  fault: index,
  nodes,
})
export const ends = (index: number): Told => ({ type: 'faultEnded', fault: index })
export const assigned = (slot: number, task: string, node: string, reason = 'the slot is empty'): Told => ({
  type: 'assigned',
  task,
  object: WEB,
  slot,
  node,
  reason,
})
export const ran = (task: string, node: string): Told => ({ type: 'ran', task, node })
export const dead = (node: string, by: string): Told => ({ type: 'member', by, node, state: 'dead' })
export const waits = (slot: number, reason: string | null): Told => ({
  type: 'waits',
  object: WEB,
  slot,
  reason,
})

/** A mesh that stands, with nothing deployed. */
export const MESH: readonly Fact[] = at(0, { type: 'voters', voters: VOTERS }, leads('node1', 2))

/** Two replicas of `web` run on `node2` and `node4`, from 6.1 s on. */
export const WHOLE: readonly Fact[] = [
  ...MESH,
  ...at(0, { type: 'written', node: 'node1' }),
  ...at(0.05, { type: 'accepted', object: WEB }),
  ...at(0.1, assigned(0, 'shop.web.0.10', 'node2'), assigned(1, 'shop.web.1.11', 'node4')),
  ...at(0.1, { type: 'pulling', node: 'node2', image: 'web:1' }),
  ...at(0.1, { type: 'pulling', node: 'node4', image: 'web:1' }),
  ...at(5.1, { type: 'pulled', node: 'node2', image: 'web:1' }),
  ...at(5.1, { type: 'pulled', node: 'node4', image: 'web:1' }),
  ...at(6, ran('shop.web.0.10', 'node2')),
  ...at(6.1, ran('shop.web.1.11', 'node4')),
]

/** The report, held to its schema, and its first service. */
export const report = (options: RehearsalOptions, ...facts: readonly (readonly Fact[])[]) => {
  const rehearsal = reportOf(options, facts.flat())
  assert.deepEqual([...Value.Errors(RehearsalSchema, rehearsal)], [])
  return { ...rehearsal, web: rehearsal.services[0] as RehearsedService }
}

/** `30.0 kill node2` and so on. */
export const chain = ({ steps }: Downtime): string[] =>
  steps.map(({ atMs, type, node }) => `${atMs / 1000} ${type}${node === null ? '' : ` ${node}`}`)
