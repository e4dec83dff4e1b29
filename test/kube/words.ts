import { join } from "node:path";
import type { Files } from "./file.ts";

export type PartName = "etcd" | "api" | "controllers" | "scheduler" | "kubelet";

export interface Ports {
  readonly etcd: number;
  readonly peer: number;
  readonly api: number;
  readonly kubelet: number;
  readonly readOnly: number;
}

interface Place {
  readonly name: string;
  readonly host: string;
  readonly directory: string;
  readonly ports: Ports;
  readonly files: Files;
}

/** How each part is called. */
export function wordsOf(place: Place): Readonly<Record<PartName, readonly string[]>> {
  const { name, directory, ports, files } = place;
  const { kubeconfigs } = files;
  return {
    etcd: etcd(place),
    api: api(place),
    controllers: [
      `--kubeconfig=${kubeconfigs.controllers}`,
      "--use-service-account-credentials",
      "--leader-elect=false",
      "--secure-port=0",
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.authority}`,
      // From a change to the controller's look at it: an autoscaler's is 15 s otherwise.
      "--horizontal-pod-autoscaler-sync-period=1s",
    ],
    scheduler: [`--kubeconfig=${kubeconfigs.scheduler}`, "--leader-elect=false", "--secure-port=0"],
    kubelet: [
      "--morph=kubelet",
      `--name=${name}-node`,
      `--kubeconfig=${kubeconfigs.kubelet}`,
      `--kubelet-port=${ports.kubelet}`,
      `--kubelet-read-only-port=${ports.readOnly}`,
      "--use-host-image-service=false",
      `--cert-dir=${join(directory, "kubelet")}`,
      // With its own 10 a second a hundred pods take half a minute.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
      "--max-pods=500",
    ],
  };
}

function etcd({ directory, ports }: Place): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  return [
    `--data-dir=${join(directory, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

function api({ host, directory, ports, files }: Place): readonly string[] {
  return [
    `--bind-address=${host}`,
    `--advertise-address=${host}`,
    `--secure-port=${ports.api}`,
    "--endpoint-reconciler-type=none",
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--cert-dir=${join(directory, "api")}`,
    `--tls-cert-file=${files.certificate}`,
    `--tls-private-key-file=${files.key}`,
    `--token-auth-file=${files.tokenFile}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
  ];
}
