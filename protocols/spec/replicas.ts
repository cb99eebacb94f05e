/** Replicas of one service: more than this on ten machines is a mistake of typing. */
export const REPLICAS_MAX = 1000
