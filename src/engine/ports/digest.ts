/** Hex SHA-256 of the UTF-8 bytes. */
export type Digest = (text: string) => string;
