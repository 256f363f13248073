import { existsSync, readFileSync } from 'node:fs';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';

const example = new URL('../../deploy/observability/prometheus/alertmanager.example.yml', import.meta.url);

const targetSchema = z.object({
  receivers: z.array(
    z.object({
      webhook_configs: z.array(z.object({ url: z.string() })).optional(),
      discord_configs: z.array(z.object({ webhook_url: z.string() })).optional(),
      slack_configs: z.array(z.object({ api_url: z.string() })).optional(),
    }),
  ),
});

/** Who understands what Alertmanager sends. */
export function kindOfTarget(url: string): 'discord' | 'slack' | 'webhook' {
  const { hostname } = new URL(url);
  if (/^(?:\w+\.)?discord(?:app)?\.com$/.test(hostname)) return 'discord';
  return hostname === 'hooks.slack.com' ? 'slack' : 'webhook';
}

/** The shipped routes, with this webhook for what wakes somebody and for what waits. */
export function writeAlertTarget(url: string): string {
  const document = parseDocument(readFileSync(example, 'utf8'));
  const told = {
    discord: { discord_configs: [{ webhook_url: url }] },
    slack: { slack_configs: [{ api_url: url }] },
    webhook: { webhook_configs: [{ url }] },
  }[kindOfTarget(url)];
  document.set(
    'receivers',
    ['pager', 'tickets'].map((name) => ({ name, ...told })),
  );
  return document.toString({ lineWidth: 0 });
}

/** @returns undefined where there is no file, or one that tells in another way. */
export function readAlertTarget(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const read = targetSchema.safeParse(parse(readFileSync(file, 'utf8')));
  const [first] = read.data?.receivers ?? [];
  return (
    first?.webhook_configs?.[0]?.url ??
    first?.discord_configs?.[0]?.webhook_url ??
    first?.slack_configs?.[0]?.api_url
  );
}
