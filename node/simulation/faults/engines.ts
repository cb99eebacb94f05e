import { pick } from '../random.ts'
import { anyMachine, type Fault, lasts } from './fault.ts'

export const stopEngine: Fault = (mesh) => {
  const { engine, name } = anyMachine(mesh)
  const fate = pick(mesh.random, ['runOn', 'end'] as const)
  engine.down(fate)
  lasts(mesh, engine.up)
  return `the container engine of ${name} stops; what it runs will ${fate === 'end' ? 'end' : 'run on'}`
}

export const hangEngine: Fault = (mesh) => {
  const { engine, name } = anyMachine(mesh)
  engine.hang()
  lasts(mesh, engine.up)
  return `the container engine of ${name} hangs`
}

export const killContainer: Fault = (mesh) => {
  const { engine, name } = anyMachine(mesh)
  const running = engine.containers().filter(({ isRunning }) => isRunning)
  if (running.length === 0) return `${name} runs nothing to be killed`
  const { node, task } = pick(mesh.random, running)
  engine.kill(node, task)
  return `the kernel kills ${task} on ${name}`
}
