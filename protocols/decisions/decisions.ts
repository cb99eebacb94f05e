import { atOnce, type Slices } from '../wire/index.ts'
import { createAccounts, NO_ACCOUNTS } from './accounts.ts'
import { createAssignments } from './assignments.ts'
import { createCredentials } from './credentials.ts'
import { createFires } from './fires.ts'
import { createGenerations } from './generations.ts'
import { createIssuers } from './issuers.ts'
import { createMesh } from './mesh.ts'
import { type Outcome, refuse } from './names.ts'
import { createNodes } from './nodes.ts'
import { createObjects } from './objects.ts'
import { createPeriods } from './periods.ts'
import { createRuns } from './runs.ts'
import type { DecisionsSnapshot } from './snapshot.ts'
import { createTokens } from './tokens.ts'
import type { Decision, DecisionOf, DecisionView } from './types.ts'
import { createUpdates } from './updates.ts'
import { versionNeeded } from './version-needed.ts'
import { createVolumes } from './volumes.ts'

/**
 * The state machine behind the log. The view changes in place, one entry at a time and in order: copying a
 * hundred thousand tasks for each entry would cost more than the consensus itself. It reads neither clock nor
 * randomness, so every node that applied the same entries holds the same view.
 */
export const createDecisions = (): {
  readonly view: DecisionView
  /** Applies what stands at `index`; indexes only rise. */
  apply(index: number, decision: Decision): Outcome
  /** Passes over an entry that holds no decision. */
  skip(index: number): void
  /** Puts what another log amounts to in place of all that was applied; the view stays the same object. */
  restore(snapshot: DecisionsSnapshot): void
  /** The same: until the last slice the view is as before, and nothing may be applied. */
  restoreInSlices(snapshot: DecisionsSnapshot): Slices<void>
} => {
  const generations = createGenerations()
  const mesh = createMesh()
  const nodes = createNodes()
  const tokens = createTokens(nodes.members)
  const objects = createObjects()
  const assignments = createAssignments(nodes.members, objects)
  const updates = createUpdates(objects)
  const runs = createRuns({ has: (task) => assignments.tasks.all.has(task) })
  const volumes = createVolumes(nodes.members, objects)
  const fires = createFires(objects)
  const credentials = createCredentials()
  const issuers = createIssuers({ members: nodes.members, credentials })
  const periods = createPeriods()
  const accounts = createAccounts()
  let appliedIndex = 0

  const found = (decision: DecisionOf<'meshFounded'>): Outcome => {
    const outcome = mesh.found(decision)
    if (outcome.ok) issuers.found(decision.trust)
    return outcome
  }

  const remove = (decision: DecisionOf<'nodeRemoved'>): Outcome => {
    const { node, atMs, revoked } = decision
    const outcome = nodes.remove(decision)
    if (outcome.ok) issuers.remove(node, revoked?.intermediate && { ...revoked.intermediate, atMs })
    return outcome
  }

  /** In one entry, so that no crash comes between the use of a token and the admission. */
  const admit = (decision: DecisionOf<'nodeAdmitted'>, index: number): Outcome => {
    const { token, node, atMs } = decision
    if (token === undefined || nodes.members.has(node)) return nodes.admit(decision, index, mesh.version())
    const judged = tokens.judge(token, node, atMs)
    if (typeof judged === 'string') return refuse(judged)
    const outcome = nodes.admit(decision, index, mesh.version(), judged)
    if (outcome.ok) tokens.use(judged, node)
    return outcome
  }

  const accept = (decision: DecisionOf<'revisionAccepted'>): Outcome => {
    const outcome = objects.accept(decision)
    const object = objects.all.get(decision.object)
    if (object !== undefined) updates.onHead(object)
    return outcome
  }

  const trim = (decision: DecisionOf<'revisionsTrimmed'>): Outcome =>
    objects.trim(
      decision,
      new Set(Array.from(assignments.tasks.of(decision.object), ({ revision }) => revision)),
    )

  const begin = (decision: DecisionOf<'generationBegan'>): Outcome => {
    const outcome = generations.begin(decision)
    if (outcome.ok) mesh.reach(versionNeeded(decision))
    return outcome
  }

  const applyKind = (index: number, decision: Decision): Outcome => {
    switch (decision.type) {
      case 'meshFounded':
        return found(decision)
      case 'meshVersionRaised':
        return mesh.raise(decision, nodes.lastAdmittedIndex())
      case 'nodeAdmitted':
        return admit(decision, index)
      case 'nodeDrained':
        return nodes.drain(decision)
      case 'nodeRemoved':
        return remove(decision)
      case 'revisionAccepted':
        return accept(decision)
      case 'revisionsTrimmed':
        return trim(decision)
      case 'taskAssigned':
        return assignments.assign(decision, generations.tokenAt(index))
      case 'taskReleased':
        return assignments.release(decision)
      case 'updateProgressed':
        return updates.progress(decision)
      case 'updateSteered':
        return updates.steer(decision)
      case 'runSettled':
        return runs.settle(decision, index)
      case 'volumePrimaryNamed':
        return volumes.namePrimary(decision, generations.tokenAt(0))
      case 'volumeReplicasSet':
        return volumes.setReplicas(decision)
      case 'scheduleFired':
        return fires.fire(decision, index)
      case 'tokenCreated':
        return tokens.create(decision)
      case 'tokenRevoked':
        return tokens.revoke(decision)
      case 'credentialRevoked':
        return credentials.revoke(decision)
      case 'generationBegan':
        return begin(decision)
      case 'periodArchived':
        return periods.archive(decision)
      case 'issuerGranted':
        return issuers.grant(decision)
      case 'issuerRevoked':
        return issuers.revoke(decision)
      case 'accountAdded':
        return accounts.add(decision, generations.tokenAt(index))
      case 'accountChanged':
        return accounts.change(decision, generations.tokenAt(index))
      case 'accountRemoved':
        return accounts.remove(decision, generations.tokenAt(index))
    }
  }

  function* restoreInSlices(snapshot: DecisionsSnapshot): Slices<void> {
    const putObjects = yield* objects.prepare(snapshot.objects)
    const putTasks = yield* assignments.prepare(snapshot.tasks)
    putObjects()
    putTasks()
    appliedIndex = snapshot.appliedIndex
    mesh.restore(snapshot.mesh, snapshot.meshVersion)
    nodes.restore(snapshot)
    issuers.restore(snapshot.trust)
    tokens.restore(snapshot.tokens)
    updates.restore(snapshot.updates)
    runs.restore(snapshot.runs)
    volumes.restore(snapshot.volumes)
    fires.restore(snapshot.fires)
    credentials.restore(snapshot.credentials)
    generations.restore(snapshot.generations)
    periods.restore(snapshot.periods ?? [])
    accounts.restore(snapshot.accounts ?? NO_ACCOUNTS)
  }

  return {
    view: {
      nodes: nodes.members,
      removedNodes: nodes.removed,
      edges: nodes.edges,
      get root() {
        return issuers.root()
      },
      issuers: issuers.all,
      get objects() {
        return objects.all
      },
      get aging() {
        return objects.aging
      },
      get tasks() {
        return assignments.tasks.all
      },
      tasksOn: (node) => assignments.tasks.on(node),
      taskCountOn: (node) => assignments.tasks.countOn(node),
      tasksOf: (object) => assignments.tasks.of(object),
      updates: updates.all,
      runs: runs.all,
      volumes: volumes.all,
      fires: fires.all,
      tokens: tokens.rows,
      get tokensAsOfMs() {
        return tokens.asOfMs()
      },
      revocations: credentials.revocations,
      periods: periods.all,
      accounts: accounts.all,
      get accountRemovedAt() {
        return accounts.removedAt()
      },
      get mesh() {
        return mesh.name()
      },
      get meshVersion() {
        return mesh.version()
      },
      get credentialsAsOfMs() {
        return credentials.asOfMs()
      },
      get generations() {
        return generations.all()
      },
      tokenAt: generations.tokenAt,
      get appliedIndex() {
        return appliedIndex
      },
    },
    apply: (index, decision) => {
      const outcome = applyKind(index, decision)
      appliedIndex = index
      return outcome
    },
    skip: (index) => {
      appliedIndex = index
    },
    restore: (snapshot) => atOnce(restoreInSlices(snapshot)),
    restoreInSlices,
  }
}
