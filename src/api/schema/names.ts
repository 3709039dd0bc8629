/** The names Kubernetes knows, each as a list of faults: empty means good. */

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const QUALIFIED_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

type Faults = readonly string[]

/** RFC 1123 label: `my-name`, `123-abc`. */
export function dns1123LabelFaults(text: string): Faults {
  if (text.length > 63) return ['must have at most 63 characters']
  return LABEL.test(text)
    ? []
    : [
        "may only have lower-case letters, digits and '-', and must start and end with a letter or digit, such as 'my-name'",
      ]
}

/** RFC 1123 subdomain: `my.example.com`. */
export function dns1123SubdomainFaults(text: string): Faults {
  if (text.length > 253) return ['must have at most 253 characters']
  return SUBDOMAIN.test(text)
    ? []
    : [
        "may only have lower-case letters, digits, '-' and '.', and each part must start and end with a letter or digit, such as 'my.example.com'",
      ]
}

/** RFC 1035 label, for Services: must start with a letter. */
export function dns1035LabelFaults(text: string): Faults {
  if (text.length > 63) return ['must have at most 63 characters']
  return LABEL_1035.test(text)
    ? []
    : [
        "may only have lower-case letters, digits and '-', must start with a letter and end with a letter or digit, such as 'my-name'",
      ]
}

/** A label's or annotation's key: `name` or `example.com/name`. */
export function qualifiedNameFaults(text: string): Faults {
  const slash = text.indexOf('/')
  const name = text.slice(slash + 1)
  if (slash >= 0) {
    const faults = dns1123SubdomainFaults(text.slice(0, slash))
    if (faults.length > 0) return faults.map((fault) => `the part before '/' ${fault}`)
  }
  if (name.length > 63) return ['must have at most 63 characters in its name part']
  return QUALIFIED_PART.test(name)
    ? []
    : [
        "must be a name of letters, digits, '-', '_' and '.', with an optional domain and '/' before it, such as 'example.com/my-name'",
      ]
}

export function labelValueFaults(text: string): Faults {
  if (text.length > 63) return ['must have at most 63 characters']
  return text === '' || QUALIFIED_PART.test(text)
    ? []
    : [
        "may only have letters, digits, '-', '_' and '.', and must start and end with a letter or digit, such as 'my-value'",
      ]
}
