/**
 * Loaded into every process of `node --test` by test/run.ts. The runner's own time limit ends tests, not files: one whose tests are
 * over, and which has left something open, would run for ever.
 */
const limitMs = 480_000

// The runner itself is no test file.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  const end = () => {
    const open = process.getActiveResourcesInfo().join(', ')
    console.error(`${process.argv[1]} does not end within ${limitMs / 1_000} s; open: ${open}`)
    process.exit(1)
  }
  setTimeout(end, limitMs).unref()
}
