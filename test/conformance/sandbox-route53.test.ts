import { CREDENTIALS, HOSTED_ZONE, openRoute53Server } from "../fakes/route53-server.ts";
import { createRoute53Tools } from "../fakes/route53-tools.ts";
import { describeRoute53 } from "./route53.ts";

describeRoute53({
  name: "the sandbox's Route 53",
  open: async () => {
    const server = await openRoute53Server();
    const { route53, ...tools } = createRoute53Tools();
    const { endpoint } = server;
    return {
      route53: route53({ endpoint, credentials: CREDENTIALS }),
      stranger: route53({ endpoint, credentials: { ...CREDENTIALS, accessKeyId: "AKIANOBODY" } }),
      hostedZone: HOSTED_ZONE,
      close: async () => {
        await tools.close();
        await server.close();
      },
    };
  },
});
