/** What a document may have beside its services. */
import { no, part, refused, type Schema, yes } from './key.ts'

const NETWORKS = "each task has the network of its node's engine"

export const DOCUMENT_KEYS: Schema = {
  configs: no('see configs of a service'),
  include: yes(),
  models: no('run the model as a service'),
  name: yes(),
  networks: no(NETWORKS),
  secrets: no('see secrets of a service'),
  services: yes(),
  version: yes('says nothing any more'),
  volumes: part('of one node; a task that has one stays there'),
  'volumes.*.driver': part('`local`'),
  'volumes.*.driver_opts': refused('mount it on the nodes, and name its path as a bind'),
  'volumes.*.external': yes('it is there already, on the node that runs the task'),
  'volumes.*.labels': no('volumes have labels of Coterie'),
  'volumes.*.name': part('of one that is external; others are named by mesh, project and volume'),
  'x-coterie': no('it stands in services'),
}
