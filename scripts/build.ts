import { rmSync } from 'node:fs'
import { build } from 'esbuild'

const outdir = process.argv[2] ?? 'dist'

/** Bundles the programs of src/apps into dist: Node does not strip types below node_modules, and one file starts faster than 300. */
rmSync(outdir, { recursive: true, force: true })
await build({
  entryPoints: ['src/apps/headgate.ts', 'src/apps/worker.ts'],
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  legalComments: 'linked',
  // Libraries in CommonJS ask for Node's modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
