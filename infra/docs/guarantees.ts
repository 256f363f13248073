import { parseAst } from 'vitest/node';

/** What a test file promises, by the `describe` that its tests stand in; `''` where they stand in none. */
type Guarantees = Map<string, string[]>;

type Statement = ReturnType<typeof parseAst>['body'][number];
type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression'];
type Call = Extract<Expression, { type: 'CallExpression' }>;

/** The titles of a test file's tests, from its text alone: whatever a statement calls with a title and a function. */
export function readGuarantees(path: string, text: string): Guarantees {
  const found: Guarantees = new Map();
  const walk = (statements: readonly Statement[], group: string) => {
    for (const statement of statements) {
      if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'CallExpression')
        continue;
      const call = statement.expression;
      const title = readTitle(call);
      const body = readBody(call);
      if (title === undefined || body === undefined) continue;
      if (rootOf(call.callee) === 'describe') walk(body, group === '' ? title : `${group} ${title}`);
      else found.set(group, [...(found.get(group) ?? []), title]);
    }
  };
  walk(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }).body, '');
  return found;
}

/** Without what differs by case: `%s`, `$name` and `${value}` become an ellipsis. */
function readTitle({ arguments: [first] }: Call): string | undefined {
  if (first?.type === 'Literal' && typeof first.value === 'string') return withoutCases(first.value);
  if (first?.type !== 'TemplateLiteral') return undefined;
  return withoutCases(first.quasis.map(({ value }) => value.cooked).join('…'));
}

const withoutCases = (title: string): string => title.replaceAll(/%[a-zA-Z#$]|\$[a-zA-Z][\w.]*/g, '…');

function readBody({ arguments: given }: Call): readonly Statement[] | undefined {
  for (const one of given) {
    if (one.type === 'FunctionExpression') return one.body?.body ?? [];
    if (one.type === 'ArrowFunctionExpression')
      return one.body.type === 'BlockStatement' ? one.body.body : [];
  }
  return undefined;
}

/** `describe` of `describe.skipIf(…)(…)`. */
function rootOf(callee: Call['callee']): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'MemberExpression') return rootOf(callee.object);
  return callee.type === 'CallExpression' ? rootOf(callee.callee) : undefined;
}
