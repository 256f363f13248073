import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

/** The used part of a parameter's JSON Schema; the server may send more. */
const paramSchema = z.looseObject({
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  'x-asset': z.string().optional(),
  'x-names': z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

const paramsSchema = z.looseObject({
  properties: z.record(z.string(), paramSchema).default({}),
  required: z.array(z.string()).default([]),
});

type ParamKind = 'file' | 'text' | 'number' | 'boolean' | 'json';

/** A parameter of a workflow, as the command line takes it. */
export interface Param {
  name: string;
  kind: ParamKind;
  isRequired: boolean;
  /** Given by its place (a picture, a video, a prompt) rather than by its name. */
  isPositional: boolean;
  choices: readonly (string | number)[] | undefined;
  /** What people call them, in each language. */
  names: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** For the help: its meaning, limits and default. */
  help: string;
}

/** Reads the JSON Schema of a workflow's parameters. @throws ZodError when it is none. */
export function readParams(schema: unknown): Param[] {
  const { properties, required } = paramsSchema.parse(schema);
  return Object.entries(properties).map(([name, property]) => {
    const kind = kindOf(property);
    const isRequired = required.includes(name);
    const isPositional = isRequired && (kind === 'file' || (kind === 'text' && !property.enum));
    const { enum: choices, 'x-names': names = {} } = property;
    return { name, kind, isRequired, isPositional, choices, names, help: helpOf(property) };
  });
}

type Described = z.output<typeof paramSchema>;

function kindOf(property: Described): ParamKind {
  if (property['x-asset'] !== undefined) return 'file';
  if (property.type === 'integer' || property.type === 'number') return 'number';
  if (property.type === 'boolean') return 'boolean';
  return property.type === 'array' || property.type === 'object' ? 'json' : 'text';
}

function helpOf(property: Described): string {
  const { title = '', description, minimum, maximum } = property;
  const limits = minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`;
  const isTelling = property.default !== undefined && property.default !== '';
  const standard = isTelling ? `default: ${JSON.stringify(property.default)}` : '';
  const facts = [limits, standard].filter(Boolean).join(', ');
  return [description ?? title, facts && `(${facts})`].filter(Boolean).join(' ');
}

/**
 * The value of a parameter from its text. Limits are the server's to check: it knows them and says so in sentences.
 * @throws InvalidArgumentError (commander's) when the text cannot be such a value.
 */
export function parseValue(param: Pick<Param, 'kind' | 'choices' | 'names'>, text: string): unknown {
  if (param.choices) {
    const namesOf = (choice: string | number) => Object.values(param.names[choice] ?? {});
    const isNamed = (choice: string | number) =>
      namesOf(choice).some((name) => name.toLowerCase() === text.toLowerCase());
    const chosen = param.choices.find((choice) => String(choice) === text) ?? param.choices.find(isNamed);
    if (chosen === undefined) {
      const shown = param.choices.map((choice) => {
        const [name = choice] = namesOf(choice);
        return name === choice ? name : `${name} (${choice})`;
      });
      throw new InvalidArgumentError(`Choose one of: ${shown.join(', ')}.`);
    }
    return chosen;
  }
  if (param.kind === 'number') {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
    return value;
  }
  if (param.kind === 'json') {
    try {
      return JSON.parse(text);
    } catch {
      throw new InvalidArgumentError('Give JSON, in single quotes for the shell.');
    }
  }
  return text;
}
