/** What is in a backup, in words. */
import type { BackupManifest } from '../protocols/control/index.ts'

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const secretsOf = ({ rootKey, issuer }: BackupManifest): string => {
  if (rootKey) return "the root's key, so whoever opens it can let any machine in"
  if (issuer) return "what this machine issues certificates with, and not the root's key"
  return "neither the root's key nor what issues certificates: after the loss of all machines the export of the root is needed too"
}

export const describeBackup = (manifest: BackupManifest): string => {
  const { nodeName, node, meshName, mesh, atMs, program, generation, index, upToDate } = manifest
  const { nodes, services, users, tokens } = manifest
  const holds = [
    counted(nodes, 'machine'),
    counted(services, 'service'),
    counted(users, 'user'),
    counted(tokens, 'join token'),
  ]
  return `machine    ${nodeName} (${node})
mesh       ${meshName} (${mesh})
made       ${new Date(atMs).toISOString()} by coterie ${program}
up to      decision ${index} of generation ${generation}${upToDate ? '' : '; no majority answered, so later ones may be missing'}
holds      ${holds.join(', ')}
secrets    the key of this machine, and ${secretsOf(manifest)}
`
}
