/** Which of our images may go. Pure. */

/** An image that was absent here until we pulled it. */
export interface OwnImage {
  /** The reference by which it was pulled. */
  readonly image: string
  /** Wall clock when a task last began with it, or a container was last seen to need it. */
  readonly neededAtMs: number
}

export interface RemovalEnv {
  readonly nowMs: number
  /** How long an image that nothing needs is kept. */
  readonly ageMs: number
  /** The disk has less free than it should. */
  readonly isShort: boolean
  /** A revision that is kept names it. */
  isPinned(image: string): boolean
}

/** The longest unneeded first. Where the disk is short all may go, one after the other, until it is not. */
export const removable = (images: readonly OwnImage[], env: RemovalEnv): OwnImage[] =>
  images
    .filter(({ image }) => !env.isPinned(image))
    .filter(({ neededAtMs }) => env.isShort || env.nowMs - neededAtMs > env.ageMs)
    .toSorted((a, b) => a.neededAtMs - b.neededAtMs)
