import { z } from "zod";

export const ip = z.union([z.ipv4(), z.ipv6()], "must be an IP address");
