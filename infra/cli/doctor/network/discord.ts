import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { z } from 'zod';

interface DiscordSettings {
  token: string;
  /** Discord's API, without a version. */
  apiUrl: string;
  /** A process of the bot takes what is posted. */
  takesPosts: boolean;
}

const applicationSchema = z.object({ interactions_endpoint_url: z.string().nullish() });

/** Whether Discord knows the token, and where it sends interactions: they come either by the gateway or by POST. */
export const discordCheck = ({ token, apiUrl, takesPosts }: DiscordSettings): Check => ({
  name: 'discord',
  limitMs: 15_000,
  async run(signal) {
    const headers = { authorization: `Bot ${token}` };
    const answer = await fetch(`${apiUrl}/v10/applications/@me`, { headers, signal, redirect: 'error' });
    if (answer.status === 401) return { summary: '', findings: [tokenUnknown] };
    if (!answer.ok) throw new Error(`Discord answers ${answer.status}`);
    const { interactions_endpoint_url: address } = applicationSchema.parse(await answer.json());
    if (address === null || address === undefined)
      return { summary: 'interactions by the gateway', findings: takesPosts ? [addressMissing] : [] };
    const findings = takesPosts ? await tryAddress(address, signal) : [unserved(address)];
    return { summary: `interactions to ${address}`, findings };
  },
});

/** A forged interaction has to be refused as the bot does: Discord takes the address away otherwise. */
async function tryAddress(address: string, signal: AbortSignal): Promise<Finding[]> {
  const headers = {
    'content-type': 'application/json',
    'x-signature-ed25519': '0'.repeat(128),
    'x-signature-timestamp': String(Math.floor(Date.now() / 1_000)),
  };
  let said: string;
  try {
    const request = { method: 'POST', headers, body: '{"type":1}', signal, redirect: 'error' } as const;
    const { status, body } = await fetch(address, request);
    await body?.cancel();
    if (status === 401) return [];
    said = `something answers ${status}`;
  } catch (error) {
    if (signal.aborted) throw error;
    said = 'nobody answers';
  }
  return [
    finding(
      'discord-interactions-lost',
      `Discord posts interactions to ${address}, where ${said}: no process of the bot is there.`,
      'Lead this address to DISCORD_INTERACTIONS_PORT in the proxy, or remove it in the developer portal.',
    ),
  ];
}

const tokenUnknown = finding(
  'discord-token-unknown',
  'Discord does not know DISCORD_TOKEN.',
  'Make a new one in the developer portal, under Bot, Reset Token.',
);

const addressMissing = finding(
  'discord-address-unset',
  'DISCORD_INTERACTIONS_PORT is set, but interactions come by the gateway: Discord has no address to post them to.',
  'Enter https://…/discord/interactions in the developer portal, under General Information, Interactions Endpoint URL.',
);

const unserved = (address: string): Finding =>
  finding(
    'discord-interactions-lost',
    `Discord posts interactions to ${address}, and DISCORD_INTERACTIONS_PORT is not set: no command is answered.`,
    'Set DISCORD_INTERACTIONS_PORT, or remove the address in the developer portal.',
  );
