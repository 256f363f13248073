import { type NodeDefinition, NodeFailure } from './node.ts';
import { grownInputs, textInput } from './values.ts';

/**
 * Expressions as Python writes them, as far as ComfyUI's own node takes them: numbers, the names of its inputs,
 * arithmetic, comparisons, `and`, `or`, `not`, `x if y else z` and a few functions.
 */
export function evaluateExpression(text: string, names: ReadonlyMap<string, number>): number {
  const parser = createParser(tokenize(text), names);
  const value = parser.choice();
  parser.expectEnd();
  return value;
}

const token =
  /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(\*\*|\/\/|<=|>=|==|!=|[-+*/%<>(),]))/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const found = token.exec(trimmed);
    if (!found) throw new NodeFailure('SyntaxError', `invalid syntax in "${text}"`);
    tokens.push(found[1] ?? found[2] ?? found[3] ?? '');
  }
  return tokens;
}

/** To the even neighbour from the middle, as Python rounds. */
function roundEven(value: number, digits = 0): number {
  const scale = 10 ** digits;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const isMiddle = scaled - floor === 0.5;
  return (isMiddle ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(scaled)) / scale;
}

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  sum: (...values) => values.reduce((total, value) => total + value, 0),
  min: Math.min,
  max: Math.max,
  abs: Math.abs,
  round: roundEven,
  pow: (base = 0, exponent = 0) => base ** exponent,
  sqrt: Math.sqrt,
  ceil: Math.ceil,
  floor: Math.floor,
  log: (value = 0, base?: number) =>
    base === undefined ? Math.log(value) : Math.log(value) / Math.log(base),
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  int: Math.trunc,
  float: (value = 0) => value,
};

function divide(left: number, right: number): number {
  if (right === 0) throw new NodeFailure('ZeroDivisionError', 'division by zero');
  return left / right;
}

type Operator = (left: number, right: number) => number;

const comparisons: Readonly<Record<string, Operator>> = {
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
};
const sums: Readonly<Record<string, Operator>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
};
const products: Readonly<Record<string, Operator>> = {
  '*': (left, right) => left * right,
  '/': divide,
  '//': (left, right) => Math.floor(divide(left, right)),
  '%': (left, right) => left - Math.floor(divide(left, right)) * right,
};

function createParser(tokens: readonly string[], names: ReadonlyMap<string, number>) {
  let at = 0;
  const accept = (wanted: string): boolean => {
    if (tokens[at] !== wanted) return false;
    at += 1;
    return true;
  };
  const expect = (wanted: string): void => {
    if (!accept(wanted))
      throw new NodeFailure('SyntaxError', `expected "${wanted}", not "${tokens[at] ?? 'end'}"`);
  };
  /** Operators of one rank, from the left. */
  const chain = (operators: Readonly<Record<string, Operator>>, operand: () => number) => (): number => {
    let value = operand();
    for (let next = operators[tokens[at] ?? '']; next; next = operators[tokens[at] ?? '']) {
      at += 1;
      value = next(value, operand());
    }
    return value;
  };
  const choice = (): number => {
    const value = either();
    if (!accept('if')) return value;
    const condition = either();
    expect('else');
    const other = choice();
    return condition ? value : other;
  };
  const either = (): number => {
    let value = both();
    while (accept('or')) {
      const right = both();
      value = value || right;
    }
    return value;
  };
  const both = (): number => {
    let value = negated();
    while (accept('and')) {
      const right = negated();
      value = value ? right : value;
    }
    return value;
  };
  const negated = (): number => (accept('not') ? Number(!negated()) : comparison());
  const signed = (): number => (accept('-') ? -signed() : accept('+') ? signed() : power());
  const power = (): number => {
    const base = atom();
    return accept('**') ? base ** signed() : base;
  };
  const product = chain(products, signed);
  const comparison = chain(comparisons, chain(sums, product));
  const call = (name: string): number => {
    const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!called) throw new NodeFailure('NameError', `Function '${name}' not defined`);
    const values: number[] = [];
    while (!accept(')')) {
      values.push(choice());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return called(...values);
  };
  const atom = (): number => {
    const next = tokens[at] ?? '';
    at += 1;
    if (next === '(') {
      const value = choice();
      expect(')');
      return value;
    }
    if (/^[\d.]/.test(next)) return Number(next);
    if (accept('(')) return call(next);
    const value = names.get(next);
    if (value === undefined) throw new NodeFailure('NameError', `'${next}' is not defined`);
    return value;
  };
  return {
    choice,
    expectEnd(): void {
      if (at < tokens.length) throw new NodeFailure('SyntaxError', `invalid syntax at "${tokens[at]}"`);
    },
  };
}

/** The result as a float, as a whole number and as a flag. */
export const mathExpression: NodeDefinition = {
  run(_context, inputs) {
    const names = new Map(
      [...grownInputs(inputs, 'values')].map(([name, value]): [string, number] => [
        name,
        value.type === 'LITERAL' ? Number(value.value) : Number.NaN,
      ]),
    );
    const value = evaluateExpression(textInput(inputs, 'expression'), names);
    if (!Number.isFinite(value)) throw new NodeFailure('ValueError', 'the expression has no finite result');
    return {
      outputs: [
        { type: 'LITERAL', value },
        { type: 'LITERAL', value: Math.trunc(value) },
        { type: 'LITERAL', value: value !== 0 },
      ],
    };
  },
};
