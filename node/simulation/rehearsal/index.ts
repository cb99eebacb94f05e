/** What would become of services under faults, played on simulated nodes; see docs/design/rehearsal.md. */
export { rehearse } from './rehearse.ts'
