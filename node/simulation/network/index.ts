/** The network of a whole mesh, and the port of it that one life of a node has. */
export { CLEAN_LINKS, type LinkQuality, type Links } from './links.ts'
export { createSimulatedNetwork, type LifeNetwork, type SimulatedNetwork } from './network.ts'
