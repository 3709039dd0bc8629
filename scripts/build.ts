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
  // Of packages that have both: a dynamic import of CommonJS would have no names, but a default.
  mainFields: ['module', 'main'],
  minifySyntax: true,
  legalComments: 'linked',
  // Libraries in CommonJS ask for Node's modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
