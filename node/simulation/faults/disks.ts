import { between } from '../random.ts'
import { anyMachine, type Fault, lasts, leaderOrAny } from './fault.ts'

/** Power goes at the worst moment: the write is on its way, or safe and nobody was told. */
const killAround = (moment: 'before' | 'after'): Fault => {
  return (mesh) => {
    const machine = mesh.random() < 0.5 ? leaderOrAny(mesh) : anyMachine(mesh)
    machine.disk.atNextSync(moment, machine.losePower)
    return `${machine.name} will lose power ${moment} its next sync`
  }
}

export const killBeforeSync = killAround('before')
export const killAfterSync = killAround('after')

export const failWrite: Fault = (mesh) => {
  const { disk, name } = anyMachine(mesh)
  disk.failWrites(1)
  return `the disk of ${name} will fail a write`
}

export const fillDisk: Fault = (mesh) => {
  const { disk, name } = anyMachine(mesh)
  disk.fill()
  lasts(mesh, disk.drain)
  return `the disk of ${name} is full`
}

export const slowDisk: Fault = (mesh) => {
  const { disk, name } = anyMachine(mesh)
  disk.slow(between(mesh.random, [20, 600]))
  lasts(mesh, () => disk.slow(null))
  return `the disk of ${name} is slow`
}
