/** What an application is asked for, the way that its users ask. */
export interface Visiting {
  readonly application: string;
  /** Asked with the public name, whatever its name servers say; absent: whom they name. */
  readonly address?: string;
  /** In a row; after the first that is not answered as expected, no more. */
  readonly times: number;
}

/** What came of asking once. */
export interface Visit {
  /** Who was asked; "": nobody, the name leads nowhere. */
  readonly address: string;
  /** Undefined: it answered as expected. */
  readonly whyNot?: string;
}
