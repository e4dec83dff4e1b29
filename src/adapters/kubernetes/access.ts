/** How to reach one API server, and as whom. */
export interface Access {
  /** An https URL; a path is a prefix of all paths. */
  readonly server: string;
  readonly tls: Tls;
  /** The bearer token of the next request; undefined where a client certificate speaks for us. */
  token(): Promise<string | undefined>;
}

/** PEM texts. Without `ca` the roots of this machine count. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must have, where it is not the host's. */
  readonly servername?: string;
}
