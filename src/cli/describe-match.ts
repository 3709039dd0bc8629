import { type Criterion, describePath, type FieldMatch, type HttpMatch, type Mismatch, type RankedMatch } from '#ir'

/** `path /cart as a prefix, method GET, header x-version = 2`. */
export function describeMatch({ path, method, headers, query }: HttpMatch): string {
  return [
    `path ${describePath(path)}`,
    ...(method === undefined ? [] : [`method ${method}`]),
    ...headers.map((field) => `header ${describeField(field)}`),
    ...query.map((field) => `query parameter ${describeField(field)}`),
  ].join(', ')
}

function describeField({ name, kind, value }: FieldMatch): string {
  return kind === 'exact' ? `${name} = ${value}` : `${name} ~ ${value}`
}

/** Why a match does not hold. */
export function describeMismatch({ part, name, wanted, actual }: Mismatch): string {
  if (part === 'path') return `path ${actual} is not ${wanted}`
  const subject = name === undefined ? part : `${part} ${name}`
  return actual === undefined ? `${subject} is absent (wanted ${wanted})` : `${subject} is ${actual}, wanted ${wanted}`
}

/** Why a match that holds comes after another one. */
export function describeLoss(by: Criterion | undefined, winner: RankedMatch, loser: RankedMatch): string {
  switch (by) {
    case 'path kind':
      if (loser.match.path.kind !== winner.match.path.kind) {
        return `${loser.match.path.kind} paths come after ${winner.match.path.kind} ones`
      }
      return shorterPath(winner, loser)
    case 'path length':
      return shorterPath(winner, loser)
    case 'content type':
      return 'the winner is a rule of gRPC, which asks for the content type as well'
    case 'method':
      return 'the winner asks for the method as well'
    case 'number of headers':
      return `it asks for fewer headers (${loser.match.headers.length} after ${winner.match.headers.length})`
    case 'number of query parameters':
      return `it asks for fewer query parameters (${loser.match.query.length} after ${winner.match.query.length})`
    case 'age':
      return 'its route is younger'
    case 'name':
      return 'its route comes later by namespace/name'
    case 'rule order':
      return 'its rule comes later in the route'
    case 'match order':
      return 'it comes later in the rule'
    case undefined:
      return 'it is the same match under another hostname'
  }
}

function shorterPath(winner: RankedMatch, loser: RankedMatch): string {
  return `its path is shorter (${loser.match.path.value} after ${winner.match.path.value})`
}
