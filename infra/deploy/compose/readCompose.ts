import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const networks = z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(Object.keys)]);

/** The long form, as the short one has it. */
const bind = z
  .object({ type: z.literal('bind'), source: z.string(), target: z.string(), read_only: z.literal(true) })
  .transform(({ source, target }) => `${source}:${target}:ro`);

const service = z.looseObject({
  image: z.string().optional(),
  build: z.looseObject({ secrets: z.array(z.string()).optional() }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  restart: z.string().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  env_file: z.array(z.union([z.string(), z.object({ path: z.string(), required: z.boolean() })])).optional(),
  secrets: z.array(z.string()).optional(),
  networks: networks.optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.union([z.string(), bind])).optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  deploy: z
    .looseObject({ resources: z.looseObject({ limits: z.looseObject({ memory: z.string() }) }) })
    .optional(),
});

export type ComposeService = z.output<typeof service>;

const file = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })).optional(),
  secrets: z.record(z.string(), z.object({ file: z.string() })).optional(),
});

type ComposeFile = z.output<typeof file>;

export const composeFolder = import.meta.dirname;

export const readCompose = (name: string): ComposeFile =>
  file.parse(parse(readFileSync(join(composeFolder, name), 'utf8'), { merge: true }));

/** The services of a file over those of compose.yml, as far as the tests look at them. */
export function overBase(name: string): Record<string, ComposeService> {
  const base = readCompose('compose.yml').services;
  const { services } = readCompose(name);
  return Object.fromEntries(
    Object.entries(services).map(([title, over]) => [
      title,
      {
        ...base[title],
        ...over,
        environment: { ...base[title]?.environment, ...over.environment },
        volumes: [...(base[title]?.volumes ?? []), ...(over.volumes ?? [])],
      },
    ]),
  );
}
