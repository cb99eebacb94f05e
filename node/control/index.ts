/** The daemon's local API (docs/design/api.md). */
export type {
  ControlComponents,
  ControlInit,
  EventLog,
  EventSource,
  KeptEvents,
  Membership,
  MeshQueries,
  PortOwner,
} from './components.ts'
export { type Control, createControl } from './control.ts'
export { createEventLog } from './event-log.ts'
