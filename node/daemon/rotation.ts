/** A new key for this node: another identity is let in under its name, and this one leaves. See docs/design/rotation.md. */
import { randomBytes } from 'node:crypto'
import type { Rotated, RotationPlan } from '../../protocols/control/index.ts'
import { type AdmittedNode, judgeToken } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { tellRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { RotationDesk } from '../control/index.ts'
import { createSigning } from '../intent/index.ts'
import { generateIdentity, nodeIdOf } from '../network/index.ts'
import { openSuccessor } from '../storage/index.ts'
import type { Users } from '../users/index.ts'
import type { Core } from './core.ts'
import { createDataFiles } from './data-files.ts'
import type { Ending } from './ending.ts'
import { endTasks } from './farewell.ts'
import type { Ground } from './ground.ts'
import { depart, handOver, isLastToLead, votes } from './leave-mesh.ts'
import { type MeshFile, type Replaced, saveMeshFile } from './mesh-file.ts'
import { hostsOf } from './own-hosts.ts'
import { REMOVAL_GRACE_MS } from './roster.ts'
import type { Succession } from './succession.ts'
import type { OwnTrust } from './trust.ts'

/** The successor is admitted within seconds; the clocks of this node and of the leader may differ. */
const TOKEN_SLACK_MS = 10 * 60_000
const TOKEN_BYTES = 32

export interface RotationParts {
  readonly mesh: MeshFile
  readonly trust: Pick<OwnTrust, 'desk' | 'certify'>
  readonly users: Pick<Users, 'sessions'>
  readonly ending: Ending
  /** Knows whether another one may begin, and takes back what fails. */
  readonly succession: Pick<Succession, 'takeBack' | 'hindrance'>
  /** Where members are now. */
  addressesOf(node: NodeId): readonly string[]
}

export const openRotation = (
  { network, settings, clock, logger, versions }: Ground,
  { planes, work }: Core,
  { mesh, trust, users, ending, succession, addressesOf }: RotationParts,
): RotationDesk => {
  const { dataDir } = settings
  const { self } = network.connections
  const { consensus, decisions, membership } = planes
  const { view } = decisions
  let isUnderWay = false

  /** This node, where nothing stands in the way. */
  const check = async (): Promise<AdmittedNode> => {
    const own = view.nodes.get(self)
    if (own === undefined) throw new CoterieError('noQuorum', { waitedMs: 0 })
    const detail = isUnderWay ? 'it does so already' : await succession.hindrance()
    if (detail !== null) throw new CoterieError('rotationUnderWay', { detail })
    if (view.nodes.size === 1) throw new CoterieError('rotationAlone', {})
    if (isLastToLead(planes, self)) throw new CoterieError('lastToLead', {})
    return own
  }

  /** Whether it issues certificates, and goes on to. @throws `rotationLastIssuer` */
  const issuing = (rootKeyHere: boolean): RotationPlan['issuing'] => {
    if (!view.issuers.has(self)) return 'none'
    if (rootKeyHere) return 'goesOn'
    if (view.issuers.size === 1) throw new CoterieError('rotationLastIssuer', {})
    return 'noMore'
  }

  const plan = async (): Promise<RotationPlan> => {
    const { name, role, capabilities = [], labels = [] } = await check()
    const { keyHere: rootKeyHere } = await trust.desk.root()
    const atMs = Math.max(clock.wallMs(), view.tokensAsOfMs)
    const admits = (verdict: ReturnType<typeof judgeToken>) =>
      verdict === 'admits' || verdict === 'notYetValid'
    const tokens = [...view.tokens.values()].filter(
      (row) => row.by === self && admits(judgeToken(row, { node: '', atMs, members: view.nodes })),
    )
    return {
      mesh: mesh.name,
      node: { id: self, name },
      role,
      capabilities: [...capabilities],
      labels: [...labels],
      votes: votes(consensus.view(), self),
      issuing: issuing(rootKeyHere),
      rootKeyHere,
      tasks: Array.from(view.tasksOn(self), ({ task }) => task).sort(),
      sessions: users.sessions().filter(({ node }) => node === self).length,
      tokens: tokens.length,
    }
  }

  /** As this node is, but for its name, which it bears still. By a token that nobody holds. */
  const admit = async (node: NodeId, { name, role, capabilities = [], labels = [] }: AdmittedNode) => {
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    const atMs = clock.wallMs()
    const span = { notBeforeMs: atMs - TOKEN_SLACK_MS, expiresAtMs: atMs + TOKEN_SLACK_MS }
    const grant = { role, capabilities: [...capabilities], labels: [...labels] }
    await decisions.decide({
      type: 'tokenCreated',
      token,
      by: self,
      ...span,
      usesMax: 1,
      ...grant,
      cidrs: [],
      only: node,
      atMs,
    })
    return () =>
      decisions.decide({
        type: 'nodeAdmitted',
        node,
        name,
        addresses: [...network.connections.addresses()],
        atMs: clock.wallMs(),
        token,
        ...tellRange(versions),
        ...(role === 'edge' && { role }),
      })
  }

  /** On disk when it resolves; from then on this machine is the successor. */
  const raise = async (own: AdmittedNode): Promise<NodeId> => {
    const identity = { privateKey: generateIdentity() }
    const node = nodeIdOf(identity.privateKey)
    const successor = await openSuccessor(dataDir, identity)
    try {
      const letIn = await admit(node, own)
      await handOver({ clock, consensus, decisions }, self)
      await letIn()
      const hosts = () => hostsOf(network.connections, settings)
      const files = createDataFiles(successor.path)
      const keys = createSigning(identity.privateKey)
      const intermediate = await trust.certify({ node, keys, files, hosts })
      const others = [...view.nodes.keys()].filter((other) => other !== self)
      const replaced: Replaced = {
        node: self,
        name: own.name,
        members: others
          .filter((other) => other !== node)
          .map((other) => ({ node: other, addresses: [...addressesOf(other)] })),
        ...(intermediate && { intermediate: Buffer.from(intermediate).toString('base64') }),
      }
      await saveMeshFile(successor.path, {
        mesh: mesh.mesh,
        name: mesh.name,
        founder: false,
        members: others.sort(),
        replaced,
      })
      await successor.commit()
      return node
    } catch (error) {
      await succession.takeBack()
      throw error
    }
  }

  const rotate = async (): Promise<Rotated> => {
    const own = await check()
    issuing((await trust.desk.root()).keyHere)
    isUnderWay = true
    try {
      const node = await raise(own)
      logger.info({ successor: node }, 'this node gets a new key, and starts again with it')
      // What is not decided now, the successor has decided.
      await depart({ self, clock, decisions, membership }).catch((error: unknown) =>
        logger.warn({ error: String(error) }, 'this node is still a member; its successor removes it'),
      )
      const tasksLeft = await endTasks(work.agent, clock)
      ending.startAgain()
      clock.after(REMOVAL_GRACE_MS, () => void ending.end(null))
      const { name } = own
      return { mesh: mesh.name, replaced: { id: self, name }, node: { id: node, name }, tasksLeft }
    } catch (error) {
      isUnderWay = false
      throw error
    }
  }

  return { plan, rotate }
}
