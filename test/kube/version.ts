/** The version of all parts of Kubernetes. */
export const KUBERNETES = "v1.36.1";

/** Of these two some older patch releases are refused by the module proxy. */
export const ETCD = "v3.6.16";
