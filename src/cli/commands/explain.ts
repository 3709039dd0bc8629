import { clusterOptions, namespaceOption } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { explainRequest } from '../explain-request.ts'
import { renderExplanation } from '../explain-text.ts'
import { controllerNameOption, fileOption } from '../files-option.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { parseRequest } from '../parse-request.ts'
import { translateObjects } from '../translate-objects.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'show which listener, route, filters and backends a request meets, and why the others lost',
  usage: "[METHOD] URL [-f PATH… | --kubeconfig FILE --context NAME] [-H 'name: value'] [options]",
  description: `Nothing is sent; without -f the objects of the cluster that kubectl would use are read once. The port of the URL is the port of the listener (80 and 443 when it names none). Near misses are the other
matches that this host can meet on the listener, with the first condition that does not hold, or the first criterion of
Gateway API's precedence on which they lost.`,
  options: [
    fileOption,
    {
      name: 'header',
      short: 'H',
      value: "'NAME: VALUE'",
      repeatable: true,
      help: 'a header field of the request, as curl takes it',
    },
    ...clusterOptions,
    { ...namespaceOption, help: 'where to read, without the right to read all namespaces' },
    controllerNameOption,
    outputOption(['table', 'yaml', 'json']),
  ],
  examples: [
    {
      command: 'headgate explain GET http://shop.localhost:8080/cart -f examples/quickstart',
      does: 'who would answer this?',
    },
    {
      command: "headgate explain https://shop.example.com/ -H 'x-version: 2' -f routes",
      does: 'why does my header not count?',
    },
    {
      command: 'headgate explain https://shop.example.com/cart --context edge',
      does: 'who answers this in a cluster?',
    },
  ],
  words: 'own',
  async execute(call) {
    const format = parseOutput(call.options, ['table', 'yaml', 'json'])
    const request = parseRequest(call.arguments, call.options.all('header'))
    const { snapshot, isBroken } = await translateObjects(call)
    const explanation = explainRequest(snapshot, request)
    if (format === 'table') call.terminal.print(renderExplanation(request, explanation, call.terminal.paint))
    else call.terminal.print(renderData(explanation, format))
    return isBroken ? 1 : 0
  },
}
