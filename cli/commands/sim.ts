/** What would become of services if plugs were pulled, on simulated nodes. See docs/design/rehearsal.md. */
import type { Command } from 'commander'
import type { Rehearsal, RehearsalModule } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, wantsJson } from '../cli.ts'
import { type ComposeWords, composeOptions } from '../compose-files.ts'
import { jsonLine } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { describeRehearsal } from '../sim/describe.ts'
import { DEFAULT_WORDS, readOptions, type SimWords } from '../sim/read-options.ts'
import { readServices } from '../sim/read-services.ts'

/** Slots that an error names; the answer above it names all. */
const NAMED_MAX = 5

export const sim: CommandModule = (command, cli) => {
  command.argument('[files...]', 'Compose files, each a project of its own')
  addOptions(command)
  command.addHelpText('after', HELP).action(async (files: string[], words: SimWords & ComposeWords) => {
    const services = readServices(cli, files, words)
    const options = readOptions(words, services)
    const { rehearse }: RehearsalModule = await import('../../node/simulation/rehearsal/index.ts')
    const rehearsal = await rehearse(options)
    cli.stdout.write(wantsJson(command) ? jsonLine(rehearsal) : describeRehearsal(rehearsal))
    refuseUnplaced(rehearsal)
  })
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

const addOptions = (command: Command): void => {
  const { nodes, for: forText, deploy, pull, start, seed } = DEFAULT_WORDS
  const withDefault = (flags: string, what: string, value: string) =>
    command.option(flags, `${what} (default: ${value})`, value)
  composeOptions(command)
  withDefault('--nodes <number>', 'how many nodes there are, node1 and so on', nodes)
  withDefault('--for <time>', 'how long it is played, in virtual time', forText)
  command
    .option('--kill <who@when>', 'pull the plug of nodes', collect, [])
    .option('--partition <who@when>', 'cut nodes off from all others', collect, [])
    .option('--pause <who@when>', 'let nodes stand still, as suspended machines do', collect, [])
  withDefault('--deploy <node@time>', 'who is asked to deploy, and when', deploy)
  command.option('--memory <size>', 'memory of all nodes, or of some: node1=2G (default: 4G)', collect, [])
  withDefault('--pull <time>', 'how long a node takes to pull an image', pull)
  withDefault('--start <time>', 'how long a container takes to start', start)
  withDefault('--seed <number>', 'all chance comes from it: the same line gives the same answer', seed)
}

const HELP = `
Plays the services of Compose files on simulated nodes that run the daemon's own scheduler, consensus, membership and
agent, and tells what became of them. No machine is touched, and no daemon is asked.

  WHO   node1 to nodeN, several with commas, or leader: whoever leads at that moment
  WHEN  a time, or two as in 30s..60s; without the second one it lasts to the end
  TIME  500ms, 30s, 1.5s, 2m, 1m30s; 0s is a mesh that stands

Faults may be given many times and may overlap. In the answer, ANY UP and ALL UP are shares of the time since all
replicas first ran. Exit code 2: there was no place for a replica at any time.

Examples:
  coterie sim --kill leader@20s
  coterie sim shop.yaml --nodes 3 --kill node2@30s..60s --for 90s
  coterie sim --partition node1,node2@40s..70s --memory node3=256M
  coterie sim --kill node1,node2@0s..20s --deploy node3@5s --json | jq .waits`

const refuseUnplaced = ({ services }: Rehearsal): void => {
  const slots = services.flatMap(({ object, unplaced }) =>
    unplaced.map(({ slot, reason }) => ({ slot: `${labelOf(object)} ${slot}`, reason })),
  )
  if (slots.length === 0) return
  const more = Math.max(0, slots.length - NAMED_MAX)
  throw new CoterieError('simNeverPlaced', { slots: slots.slice(0, NAMED_MAX), more })
}
