import type { RouteAuth, RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import type { OpenApiDocument } from '../../pages/createDocument.ts';

/** The part of JSON Schema that the document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  minimum?: number;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
  required?: boolean;
}

/** One operation of the OpenAPI document, as tests call it. */
export interface DescribedOperation {
  id: string;
  method: string;
  path: string;
  auth: RouteAuth;
  parameters: readonly Parameter[];
  /** Absent: it takes none in JSON. */
  body?: Schema;
  /** Documented statuses. */
  statuses: readonly string[];
}

interface OperationObject {
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

/** Any part of the document; references are resolved where a request is built. */
export function describedOperations(document: OpenApiDocument): DescribedOperation[] {
  const specs: Record<string, RouteSpec | undefined> = routes;
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => {
      const body = operation.requestBody?.content['application/json']?.schema;
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        // A workflow's own operations are those of `generate`.
        auth: specs[operation.operationId]?.auth ?? 'user',
        parameters: (operation.parameters ?? []).map((it) => resolve<Parameter>(document, it)),
        ...(body ? { body } : {}),
        statuses: Object.keys(operation.responses),
      };
    }),
  );
}

function resolve<Resolved extends object>(
  document: OpenApiDocument,
  it: Resolved | { $ref?: string },
): Resolved {
  const { $ref } = it as { $ref?: string };
  if ($ref === undefined) return it as Resolved;
  const found = $ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document);
  return resolve(document, found as Resolved);
}

/** One of them fits every string of the contract. */
const words = [
  'word',
  'longer than ten',
  '01900000-0000-7000-8000-000000000000',
  '100000000000000000',
  'discord:100000000000000000',
  'abcdefgh',
  '2026-11-24T12:00:00Z',
  'http://192.0.2.1/',
];

const fits = ({ pattern = '', format, minLength = 0, maxLength = 1_000 }: Schema) => {
  const isForm = new RegExp(pattern, 'u');
  return (word: string) =>
    isForm.test(word) &&
    word.length >= minLength &&
    word.length <= maxLength &&
    (format !== 'uri' || URL.canParse(word));
};

export function createSamples(document: OpenApiDocument, known: Record<string, unknown> = {}) {
  const branchesOf = (schema: Schema) => schema.anyOf ?? schema.oneOf ?? [];

  /** A value of the schema with only the required properties. */
  function sampleOf(given: Schema, name = ''): unknown {
    const schema = resolve<Schema>(document, given);
    if (name in known) return known[name];
    for (const told of [schema.const, schema.default, schema.enum?.[0]]) if (told !== undefined) return told;
    const [branch] = branchesOf(schema);
    if (branch) return sampleOf(branch, name);
    const { type, properties = {}, required = [], items = {}, minItems = 0, minimum = 1 } = schema;
    if (type === 'object')
      return Object.fromEntries(required.map((key) => [key, sampleOf(properties[key] ?? {}, key)]));
    if (type === 'array') return Array.from({ length: minItems }, () => sampleOf(items));
    if (type === 'string') return words.find(fits(schema)) ?? 'word';
    return type === 'boolean' ? true : Math.max(1, minimum);
  }

  /** The names of all properties that a value of the schema may have at its top. */
  function propertiesOf(given: Schema): string[] {
    const schema = resolve<Schema>(document, given);
    const names = [...Object.keys(schema.properties ?? {}), ...branchesOf(schema).flatMap(propertiesOf)];
    return [...new Set(names)];
  }

  /** One copy of the value for each text in it, with this text in its place. */
  function* withText(given: Schema, text: string, depth = 0): Generator<{ at: string; value: unknown }> {
    if (depth > 6) return;
    const schema = resolve<Schema>(document, given);
    for (const branch of branchesOf(schema)) yield* withText(branch, text, depth + 1);
    const { type, properties = {}, additionalProperties, items = {} } = schema;
    if (type === 'string' || (type === undefined && branchesOf(schema).length === 0))
      yield { at: '', value: text };
    if (type === 'array')
      for (const { at, value } of withText(items, text, depth + 1)) yield { at: `/0${at}`, value: [value] };
    if (type !== 'object') return;
    const base = sampleOf(schema) as object;
    for (const [name, property] of Object.entries(properties))
      for (const { at, value } of withText(property, text, depth + 1))
        yield { at: `/${name}${at}`, value: { ...base, [name]: value } };
    if (typeof additionalProperties === 'object')
      yield { at: '/*', value: { ...base, [text]: sampleOf(additionalProperties) } };
  }

  /** The path of an operation; `chosen` stands for the parameters it names. */
  function pathOf(operation: DescribedOperation, chosen: Record<string, unknown> = {}): string {
    const textOf = ({ name, schema }: Parameter) => String(chosen[name] ?? sampleOf(schema, name));
    const query = new URLSearchParams();
    let path = operation.path;
    for (const parameter of operation.parameters) {
      const isAsked = parameter.required || parameter.name in chosen;
      if (parameter.in === 'path')
        path = path.replace(`{${parameter.name}}`, encodeURIComponent(textOf(parameter)));
      else if (parameter.in === 'query' && isAsked) query.set(parameter.name, textOf(parameter));
    }
    return query.size === 0 ? path : `${path}?${query}`;
  }

  return { propertiesOf, sampleOf, withText, pathOf };
}
