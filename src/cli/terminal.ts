import { styleText } from 'node:util'

/** Where a command writes to. */
export interface Terminal {
  /** The result. */
  print(text: string): void
  /** Everything that is not the result: mistakes, hints. */
  complain(text: string): void
  /** Columns, where there is a screen. */
  readonly width?: number | undefined
  /** Colours for the result, or none. */
  readonly paint: Paint
  /** Colours for complaints, or none. */
  readonly paintComplaint: Paint
}

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim'

export type Paint = (colour: Colour, text: string) => string

export const noPaint: Paint = (_colour, text) => text

export const ansiPaint: Paint = (colour, text) => styleText(colour, text, { validateStream: false })

/** Colours only for people: on a terminal, and not when NO_COLOR (no-color.org) or a dumb terminal asks for none. */
export function choosePaint(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Paint {
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return noPaint
  return isTerminal && environment.TERM !== 'dumb' ? ansiPaint : noPaint
}
