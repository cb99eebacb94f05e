/** Members on real networks of loopback, each with a doctor of connections. */
import type { DoctorComponents } from '../../../node/doctor/index.ts'
import { createDoctor, type Doctor } from '../../../node/doctor/index.ts'
import { type MeasuredNetwork, relayIn, tryConnect } from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import { realClock, startMesh } from '../network/nodes.ts'

export interface DoctorMember {
  readonly network: MeasuredNetwork
  readonly doctor: Doctor
  readonly name: string
  readonly id: string
}

const NAMES = ['attic', 'cellar', 'shed'] as const

/** `clocks`: of some of them, another clock than the machine's. */
export const startDoctors = async (
  clocks: Readonly<Record<string, Clock>> = {},
  more: Partial<DoctorComponents> = {},
): Promise<[DoctorMember, DoctorMember, DoctorMember]> => {
  const networks = await startMesh(NAMES.length)
  const names = new Map(networks.map(({ connections }, at) => [connections.self, NAMES[at] as string]))
  const addresses = new Map(
    networks.map(({ connections }) => [connections.self, connections.addresses()] as const),
  )
  const members = networks.map((network): DoctorMember => {
    const { self } = network.connections
    const name = names.get(self) as string
    const clock = clocks[name] ?? realClock
    const doctor = createDoctor({
      clock,
      connections: network.connections,
      requests: network.requests,
      members: () => names,
      addressesOf: (node) => addresses.get(node) ?? [],
      reach: network.reach,
      relayIn,
      connect: tryConnect,
      ways: [],
      lookAround: async () => new Map(),
      interfaceTo: () => 'lo',
      discoveryPort: 7946,
      clocksOff: (aheadMs) => new Map([...aheadMs].filter(([, ahead]) => Math.abs(ahead) > 500)),
      // The machine itself has tests of its own.
      examined: null as never,
      ...more,
    })
    doctor.serve()
    return { network, doctor, name, id: self }
  })
  return members as [DoctorMember, DoctorMember, DoctorMember]
}
