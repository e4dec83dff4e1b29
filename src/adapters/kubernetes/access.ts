/** How to reach one API server, and as whom. */
export interface Access {
  /** An https URL; a path is a prefix of all paths. */
  readonly server: string;
  readonly tls: Tls;
  /** The bearer token of the next request; undefined where a client certificate speaks for us. */
  token(): Promise<string | undefined>;
  /** Where a program gives them. Absent: what `tls` and `token` say is all there is. */
  readonly credentials?: Credentials;
}

/** PEM texts. Without `ca` the roots of this machine count. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must have, where it is not the host's. */
  readonly servername?: string;
}

/** Either a token, or a certificate with its key, or both. */
export interface Credential {
  readonly token?: string;
  /** PEM texts. */
  readonly cert?: string;
  readonly key?: string;
}

/** Credentials that are had anew, in the background, before they end: no request waits for them. */
export interface Credentials {
  /** The latest. Throws GL_CREDENTIAL where there is none that is still good. */
  current(): Credential;
  /**
   * The server did not take this one (401). It is asked for anew and the error is GL_CREDENTIAL:
   * passing; undefined where it is too young to have ended, so that it is our rights that lack.
   */
  refused(credential: Credential): Error | undefined;
}
