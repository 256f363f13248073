import { z } from 'zod';
import { LaunchFailure } from '../../launcher/failure.ts';

/** The settings of `npm run try`. With nothing set it signs in as the administrator of the platform in `DATA_DIR`. */
export const tryEnvSchema = z.object({
  STAR_GRAPH_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional()
    .describe('Address of the API; unset: the one that npm start runs here'),
  STAR_GRAPH_TOKEN: z.string().optional().describe('Access token or API key to use it with'),
  STAR_GRAPH_USERNAME: z.string().optional().describe('Account to sign in with instead'),
  STAR_GRAPH_PASSWORD: z.string().optional().describe('Password of that account'),
});

export type TryEnv = Readonly<z.output<typeof tryEnvSchema>>;

/** @throws LaunchFailure naming the variable that is wrong, with the reason. */
export function parseTryConfig(env: Readonly<Record<string, string | undefined>>): TryEnv {
  const result = tryEnvSchema.safeParse(env);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
  throw new LaunchFailure(faults.join('\n'));
}
