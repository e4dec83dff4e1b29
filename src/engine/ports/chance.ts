/** The engine's only source of chance. */
export interface Chance {
  /** Unique, sortable by time, lower case, without `-`: at most 26 characters. */
  id(): string;
  /** At least 0, less than 1. */
  fraction(): number;
}
