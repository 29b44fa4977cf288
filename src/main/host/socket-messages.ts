import { z } from 'zod';

/** What oRPC's client sends over a WebSocket as text: a request (1, or no type), an event (3), the end of a request (4). */
const messageSchema = z.union([
  z.object({ i: z.union([z.string(), z.number()]), t: z.literal(4) }),
  z.object({ i: z.union([z.string(), z.number()]), t: z.literal(3), p: z.object({ e: z.string() }) }),
  z.object({
    i: z.union([z.string(), z.number()]),
    t: z.literal(1).optional(),
    p: z.object({
      u: z.string().refine((url) => URL.canParse(url, 'http://strata.invalid')),
      m: z.string().optional(),
      h: z
        .record(z.string(), z.union([z.string(), z.array(z.string())]))
        .refine((headers) => !/multipart/i.test(String(headers['content-type'] ?? '')))
        .optional(),
    }),
  }),
]);

/** Whether oRPC can make sense of a message; of another, it would print a stack for each. */
export function isRpcMessage(data: unknown): boolean {
  if (typeof data !== 'string') return false;
  try {
    return messageSchema.safeParse(JSON.parse(data)).success;
  } catch {
    return false;
  }
}
