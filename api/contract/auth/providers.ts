import { z } from 'zod';

export const signInProvidersSchema = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        title: z.string().meta({ description: 'For the button' }),
        url: z.string().meta({
          description:
            'Open it in a browser: it ends with a link code. `?return=` with an allowed address, and `&state=` with up to 200 of `A-Z a-z 0-9 . _ ~ -`, has the browser go there with `#code=…&state=…`',
        }),
      }),
    ),
  })
  .meta({ id: 'SignInProviders' });
