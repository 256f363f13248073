import { z } from 'zod';

/** What `npm run try` reads. With nothing set it signs in as the administrator of the platform in `DATA_DIR`. */
export const tryEnvSchema = z.object({
  STAR_GRAPH_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the API; unset: the one that npm start runs here'),
  STAR_GRAPH_TOKEN: z.string().optional().describe('Access token or API key to use it with'),
  STAR_GRAPH_USERNAME: z.string().optional().describe('Account to sign in with instead'),
  STAR_GRAPH_PASSWORD: z.string().optional().describe('Password of that account'),
});

export type TryEnv = Readonly<z.output<typeof tryEnvSchema>>;
