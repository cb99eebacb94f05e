/** Which projects this node keeps the task records of. See docs/design/documents.md. */
import { projectOf } from '../../crdt/records/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { type Link, linkChange, type RecordsDisk } from './disk.ts'
import type { LinkedProject, RecordsComponents } from './types.ts'

export interface LinksComponents extends Pick<RecordsComponents, 'decisions' | 'voters'> {
  readonly disk: RecordsDisk
  readonly self: NodeId
  /** Whether a task of the project has begun here, and its end is not written yet. */
  runs(project: string): boolean
}

export class Links {
  readonly #components: LinksComponents
  #told = new Map<string, Link>()
  /** Projects that ever were, from the log. */
  readonly #projects = new Set<string>()

  constructor(components: LinksComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    const { disk, decisions } = this.#components
    this.#told = await disk.links()
    const readAll = () => {
      for (const object of decisions.view.objects.keys()) this.#projects.add(projectOf(object))
    }
    decisions.onRestored(readAll)
    decisions.onApplied(({ decision, outcome }) => {
      if (outcome.ok && decision.type === 'revisionAccepted') this.#projects.add(projectOf(decision.object))
    })
    readAll()
  }

  projects(): string[] {
    return [...this.#projects].sort()
  }

  linked(): string[] {
    return this.projects().filter((project) => this.isLinked(project))
  }

  isLinked(project: string): boolean {
    const because = this.because(project)
    return because === 'told' ? this.#told.get(project) === 'linked' : because !== 'edge'
  }

  /** What decides whether the project is linked. */
  because(project: string): LinkedProject['because'] {
    const { decisions, voters, self, runs } = this.#components
    if (voters().includes(self)) return 'votes'
    if (runs(project)) return 'runs'
    if (this.#told.has(project)) return 'told'
    return decisions.view.nodes.get(self)?.role === 'edge' ? 'edge' : 'full'
  }

  /** @throws `projectUnknown` */
  check(project: string): void {
    if (!this.#projects.has(project)) throw new CoterieError('projectUnknown', { project })
  }

  /** On disk when it resolves. @throws `storeFailed` */
  async tell(project: string, link: Link): Promise<void> {
    await this.#components.disk.write([linkChange(project, link)])
    this.#told.set(project, link)
  }
}
