import { z } from 'zod';

/** What an API process sees of the doctor's connection. */
export const arrivalSchema = z.object({
  /** That the process has the keys of the doctor's installation. */
  proof: z.string(),
  version: z.string(),
  /** Whom the process takes for the client. */
  address: z.string(),
  /** Who opened the connection. */
  peer: z.string(),
  /** That the process believes what the peer says of its clients. Absent: an API of an earlier release. */
  isPeerTrusted: z.boolean().optional(),
  /** The header as it arrived; empty: none. */
  forwardedFor: z.string(),
  /** Other headers of proxies that arrived, by name. */
  proxyHeaders: z.array(z.string()),
});
export type Arrival = z.output<typeof arrivalSchema>;
