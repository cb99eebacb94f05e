import type { Device } from '../../protocols/profile/index.ts'
import type { Machine } from '../ports/machine.ts'
import { deviceOf } from './parse/device.ts'
import { orEmpty, textOf } from './reading.ts'

/** What engines and managers of containers leave in them. */
const CONTAINER_MARKS = [
  '/.dockerenv',
  '/run/.containerenv',
  '/run/systemd/container',
  '/run/secrets/kubernetes.io',
]

/** What kind of machine it is. */
export const askDevice = async (machine: Machine): Promise<Device> => {
  const text = (path: string) => textOf(machine, path)
  const [tree, dmi] = ['/proc/device-tree', '/sys/class/dmi/id']
  const [model, compatible, treeChassis, vendor, product, chassis, cpuinfo, kernelRelease] =
    await Promise.all([
      text(`${tree}/model`),
      text(`${tree}/compatible`),
      text(`${tree}/chassis-type`),
      text(`${dmi}/sys_vendor`),
      text(`${dmi}/product_name`),
      text(`${dmi}/chassis_type`),
      text('/proc/cpuinfo').then(orEmpty),
      text('/proc/sys/kernel/osrelease').then(orEmpty),
    ])
  const marks = await Promise.all(CONTAINER_MARKS.map((path) => machine.has(path)))
  return deviceOf({
    tree: { model, compatible, chassis: treeChassis },
    dmi: { vendor, product, chassis },
    cpuinfo,
    kernelRelease,
    inContainer: marks.includes(true),
  })
}
