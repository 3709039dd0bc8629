import type { YAMLError } from 'yaml'

/** What would be right, in words for someone who doesn't know YAML's grammar; the parser's own words where there are none. */
export function adviseOnYaml({ code, message }: YAMLError): string {
  return byCode[code] ?? byMessage.find(([pattern]) => pattern.test(message))?.[1] ?? message
}

const byCode: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'a tab indents this line; YAML is indented with spaces',
  DUPLICATE_KEY: 'this key stands twice in the same mapping; keep one of them',
}

// One mistake has several names in YAML's grammar, so these go by what the writer most likely did.
const byMessage: readonly (readonly [RegExp, string])[] = [
  [/Flow map .*end with a \}/, 'a { above is not closed: } is missing before this place'],
  [/Flow sequence .*end with a \]/, 'a [ above is not closed: ] is missing before this place'],
  [/^Missing closing "/, 'a text in double quotes is not closed: " is missing before this place'],
  [/^Missing closing '/, "a text in single quotes is not closed: ' is missing before this place"],
  [
    /^Missing , |^Block collections are not allowed within flow/,
    'a comma is missing between two entries of { } or [ ]',
  ],
  [
    /All mapping items must start/,
    'this key is not in line with its neighbours; keys of one mapping start in one column',
  ],
  [/All sequence items must start|block sequence may not be/, 'this - is not in line with the other items of its list'],
  [
    /^Sequence item without/,
    'an item of the list above would start with -; another key starts in the column of its neighbours',
  ],
  [
    /^Nested mappings are not allowed in compact/,
    "a second ': ' follows this value: quote it if it is text, or check the indentation of the next line",
  ],
  [
    /^Implicit keys need to be|^Implicit map keys need/,
    "this is no 'key: value'; is a ':' missing, or an indentation wrong?",
  ],
  [/^Plain value cannot start/, 'a text that starts with this character has to be quoted'],
]
