/** What keeps a machine or a mesh from working, and what cures it; see docs/design/doctor.md. */
export { ownInterfaces } from './checks/addresses.ts'
export type { Listener } from './checks/ports.ts'
export { createDoctor } from './doctor.ts'
export { examineMachine } from './examine-machine.ts'
export type { Examined, Running } from './examined.ts'
export type { Surroundings } from './links/types.ts'
export { isLoopback, placeOf } from './place.ts'
export type { Doctor, DoctorComponents } from './types.ts'
