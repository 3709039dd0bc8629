import { existsSync, writeSync } from 'node:fs'
import { choosePaint, type Machinery, runProgram, type Terminal } from '#cli'
import about from '#package' with { type: 'json' }

/** The program: reads the command line and the environment, and loads what a command drives only when it asks for it. */

const machinery: Machinery = {
  version: about.version,
  async openFiles(paths, builtIn) {
    const { openManifests } = await import('./wiring.ts')
    return openManifests(paths, builtIn)
  },
  async readCluster(choice) {
    const { readCluster } = await import('./read-cluster.ts')
    return readCluster(choice)
  },
  async createTranslator(settings) {
    const [{ translatorFor }, { refusedByEnvoy }] = await Promise.all([
      import('./wiring.ts'),
      import('./envoy-refusal.ts'),
    ])
    return translatorFor(settings, [], 'embedded', (node, plane) =>
      plane === 'envoy' ? refusedByEnvoy(node) : undefined,
    )
  },
  async diffSections() {
    const { envoySection } = await import('./envoy-config.ts')
    return [envoySection]
  },
  async envoyConfig(snapshot, gateway) {
    const { envoyConfig } = await import('./envoy-config.ts')
    return envoyConfig(snapshot, gateway)
  },
  exists: existsSync,
  async accessLogFields() {
    const { accessLogFields } = await import('#proxy')
    return Object.keys(accessLogFields)
  },
  async run(options) {
    const { run } = await import('./run.ts')
    return run(options)
  },
  async control(options) {
    const { control } = await import('./controller.ts')
    return control(options)
  },
  async proxy(options) {
    const { proxy } = await import('./proxy.ts')
    return proxy(options)
  },
}

const terminal: Terminal = {
  print: (text) => writeAll(1, text),
  complain: (text) => writeAll(2, text),
  width: process.stdout.columns,
  paint: choosePaint(process.stdout.isTTY, process.env),
  paintComplaint: choosePaint(process.stderr.isTTY, process.env),
}

process.exitCode = await runProgram(process.argv.slice(2), machinery, terminal)
// Threads and sockets of a gateway that ended on a second signal must not hold us.
process.exit()

/** Synchronous, so that nothing is lost when we exit; a reader that went away (`| head`) is no mistake of ours. */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') process.exit(0)
      if (code !== 'EAGAIN') throw error
    }
  }
}
