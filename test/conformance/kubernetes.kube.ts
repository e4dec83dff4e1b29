import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createKubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import { BUILT_WITHIN_MS } from "../kube/binary.ts";
import { type ControlPlane, startControlPlane } from "../kube/control-plane.ts";
import { openPlace } from "../kube/place.ts";
import { describeApiServer } from "./api-server.ts";
import { describeCluster } from "./cluster.ts";
import { describeLeases } from "./leases.ts";

jest.setTimeout(60_000);

const { signal } = new AbortController();
const AWAY = { code: "GL_UNREACHABLE" };

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
}, BUILT_WITHIN_MS);
afterAll(() => plane.close());

describeCluster({
  name: "a real API server",
  async open() {
    const place = await openPlace(plane, "admin");
    return { ...place, ref: place.ref("Deployment"), run: (task) => task() };
  },
});

describeLeases({
  name: "Leases of a real API server",
  async open() {
    const place = await openPlace(plane, "admin");
    return {
      leases: place.leases,
      run: (task) => task(),
      editForeign: (application) => place.label(place.leasePath(application)),
      whyForeignLost: (application) => place.whyLabelLost(place.leasePath(application)),
      close: () => place.close(),
    };
  },
});

describeApiServer({
  name: "a real API server",
  async open() {
    const { namespace, close } = await openPlace(plane, "admin");
    return {
      namespace,
      close,
      ask: async (...about) => {
        const { status, text } = await plane.admin.call(...about);
        return { status, body: JSON.parse(text) };
      },
      events: async (path) => {
        const { text } = await plane.admin.call("GET", path);
        return text
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line));
      },
      forget: () => plane.forget(),
    };
  },
});

describe("a real API server", () => {
  async function open() {
    const place = await openPlace(plane, "admin");
    const access = plane.accessOf(plane.adminToken);
    const { clock } = place;
    const ours = createKubernetes(access, { clock, timeoutMs: 1_000, watchMs: 1_000 });
    const close = async () => {
      await ours.close();
      await place.close();
    };
    return { ...ours, ref: place.ref("Deployment"), close };
  }

  async function drain(objects: AsyncIterable<unknown>, begun: () => void): Promise<void> {
    for await (const _ of objects) begun();
  }

  test("that is stopped holds no call and no watch longer than its bound, and then goes on", async () => {
    const { cluster, ref, close } = await open();
    const begun = new Promise<void>((resolve, reject) => {
      drain(cluster.watch(ref, signal), () => {
        plane.parts.api.stop();
        resolve();
      }).catch((error) => reject(error));
    });
    const broken = drain(cluster.watch(ref, signal), () => undefined);
    const refused = expect(broken).rejects.toMatchObject(AWAY);
    await begun;
    await expect(cluster.read(ref, signal)).rejects.toMatchObject(AWAY);
    await expect(cluster.whyNotReady(signal)).rejects.toMatchObject(AWAY);
    await refused;
    plane.parts.api.cont();
    expect(await cluster.read(ref, signal)).toMatchObject({ metadata: { name: "shop" } });
    await close();
  });

  test("that is killed refuses, and after its restart knows what it knew", async () => {
    const { cluster, ref, close } = await open();
    const before = await cluster.read(ref, signal);
    let watched = 0;
    const broken = drain(cluster.watch(ref, signal), () => {
      watched += 1;
    });
    const refused = expect(broken).rejects.toMatchObject(AWAY);
    await plane.parts.api.kill();
    await refused;
    await expect(cluster.read(ref, signal)).rejects.toMatchObject(AWAY);
    plane.parts.api.start();
    await plane.ready();
    expect(await cluster.read(ref, signal)).toEqual(before);
    expect(watched).toBeLessThan(2);
    await close();
  });

  test("refuses a token that it does not know", async () => {
    const { clock, ref, close } = await openPlace(plane, "admin");
    const stranger = createKubernetes(plane.accessOf("nobody's"), { clock });
    const refused = { code: "GL_FORBIDDEN" };
    await expect(stranger.cluster.read(ref("Deployment"), signal)).rejects.toMatchObject(refused);
    await expect(stranger.cluster.whyNotReady(signal)).rejects.toMatchObject(refused);
    await stranger.close();
    await close();
  });
});
