/**
 * Short forms as the long ones that they stand for, once, so that merging and everything after it knows one form of each
 * key (Compose Specification, chapters 5 and 14). What has neither form stays as it is: whoever reads the key judges it.
 */
import type { Mapping, Value } from '../../yaml.ts'
import { isNull, listOf, mapEntries, mappingOf, partsOf, scalarOf, textOf } from '../tree.ts'
import { devicesForm, grantsForm, type Rebase, volumesForm } from './forms/mounts.ts'
import { hostsForm, pairsForm } from './forms/pairs.ts'
import { portsForm } from './forms/ports.ts'
import { wordsForm } from './forms/words.ts'

type Form = (value: Value, rebase: Rebase) => Value

/** One value where a list of them is meant. */
const listForm: Form = (value) => (textOf(value) === null ? value : listOf([value], value.place))

/** Names where a mapping of them is meant; `details` is what each name stands for. */
const namesForm =
  (details: (name: Value) => Value): Form =>
  (value) => {
    if (value.kind !== 'list' || value.items.some((item) => textOf(item) === null)) return value
    const entries = value.items.map(
      (item) => [textOf(item) as string, { keyPlace: item.place, value: details(item) }] as const,
    )
    return mappingOf(entries, value.place)
  }

const limitForm: Form = (value) =>
  textOf(value) === null ? value : partsOf({ soft: value, hard: value }, value.place)

const ulimitsForm: Form = (value, rebase) =>
  value.kind === 'mapping' ? mapEntries(value, (limit) => tagged(limitForm, limit, rebase)) : value

const testForm: Form = (value) =>
  textOf(value) === null ? value : listOf([scalarOf('CMD-SHELL', value.place), value], value.place)

const envFileForm: Form = (value, rebase) => {
  const list = listForm(value, rebase)
  if (list.kind !== 'list') return value
  const items = list.items.map((item) => {
    const long = item.kind === 'mapping' ? item : partsOf({ path: item }, item.place)
    const rebased = mapEntries(long, (part, key) => {
      const path = textOf(part)
      return key === 'path' && path !== null ? scalarOf(rebase(path), part.place) : part
    })
    return { ...rebased, tag: item.tag }
  })
  return { ...list, items }
}

const within =
  (forms: Readonly<Record<string, Form>>): Form =>
  (value, rebase) =>
    value.kind === 'mapping'
      ? mapEntries(value, (part, key) => {
          const form = Object.hasOwn(forms, key) ? forms[key] : undefined
          return form === undefined ? part : tagged(form, part, rebase)
        })
      : value

/** `!reset` and `!override` are said of the value, whatever its form. */
const tagged = (form: Form, value: Value, rebase: Rebase): Value =>
  isNull(value) ? value : { ...form(value, rebase), tag: value.tag }

/** By key of a service; docs/compose.md lists them, and a test holds the two together. */
export const SERVICE_FORMS: Readonly<Record<string, Form>> = {
  annotations: pairsForm(''),
  build: (value) => (textOf(value) === null ? value : partsOf({ context: value }, value.place)),
  command: wordsForm,
  configs: grantsForm,
  depends_on: namesForm((name) => partsOf({ condition: 'service_started' }, name.place)),
  deploy: within({ labels: pairsForm('') }),
  devices: devicesForm,
  dns: listForm,
  dns_search: listForm,
  entrypoint: wordsForm,
  env_file: envFileForm,
  environment: pairsForm(null),
  expose: portsForm,
  extends: (value) => (textOf(value) === null ? value : partsOf({ service: value }, value.place)),
  extra_hosts: hostsForm,
  gpus: (value) =>
    textOf(value) === null ? value : listOf([partsOf({ count: value }, value.place)], value.place),
  healthcheck: within({ test: testForm }),
  labels: pairsForm(''),
  networks: namesForm((name) => scalarOf(null, name.place)),
  ports: portsForm,
  profiles: listForm,
  secrets: grantsForm,
  sysctls: pairsForm(''),
  tmpfs: listForm,
  ulimits: ulimitsForm,
  volumes: volumesForm,
  'x-coterie': within({ process: within({ command: wordsForm }) }),
}

const includeForm: Form = (value) => {
  if (value.kind !== 'list') return value
  const items = value.items.map((item) => {
    const long = textOf(item) === null ? item : partsOf({ path: item }, item.place)
    return within({ path: listForm, env_file: listForm })(long, (path) => path)
  })
  return { ...value, items }
}

/** The whole file; `rebase` gives paths as seen from the working directory. */
export const normalise = (root: Mapping, rebase: Rebase): Mapping => {
  const service = within(SERVICE_FORMS)
  const services: Form = (value) =>
    value.kind === 'mapping' ? mapEntries(value, (each) => tagged(service, each, rebase)) : value
  return within({ include: includeForm, services })(root, rebase) as Mapping
}
