/** What a leader decides from its own view. */
export const PLANNED: ReadonlySet<string> = new Set([
  'revisionAccepted',
  'revisionsTrimmed',
  'taskAssigned',
  'taskReleased',
  'updateProgressed',
])
