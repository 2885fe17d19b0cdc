import { AwsFailure } from './aws-failure.ts';

/** Values by time. */
export type Series = ReadonlyMap<number, number>;
/** A value of metric math: a number, a series, or a list of series. */
type Value = number | Series | readonly Series[];

const tokens = /\s*(\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9_]*|[-+*/(),[\]])/y;

const refuse = (expression: string, what: string): AwsFailure =>
  new AwsFailure('ValidationError', `The simulated account does not model ${what} in the expression '${expression}'`);

/** Evaluates the part of metric math with + - * / ( ), numbers, ids, SUM, AVG, MAX, MIN and FILL. */
export function evaluate(
  expression: string,
  seriesOf: (id: string) => Series | undefined,
  times: readonly number[],
): number | Series {
  return new Evaluation(expression, seriesOf, times).result();
}

/** A recursive descent over the tokens of an expression. */
class Evaluation {
  readonly #expression: string;
  readonly #seriesOf: (id: string) => Series | undefined;
  readonly #times: readonly number[];
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(expression: string, seriesOf: (id: string) => Series | undefined, times: readonly number[]) {
    this.#expression = expression;
    this.#seriesOf = seriesOf;
    this.#times = times;
    this.#tokens = split(expression);
  }

  result(): number | Series {
    const value = this.#sum();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined || Array.isArray(value)) throw this.#refuse(`'${rest ?? 'a list as the result'}'`);
    return value as number | Series;
  }

  #refuse(what: string): AwsFailure {
    return refuse(this.#expression, what);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(): string {
    return this.#tokens[this.#at++] ?? '';
  }

  #expect(token: string): void {
    if (this.#take() !== token) throw this.#refuse(`the syntax near '${this.#tokens[this.#at - 1] ?? 'the end'}'`);
  }

  #sum(): Value {
    let left = this.#product();
    while (this.#peek() === '+' || this.#peek() === '-') left = combine(this.#take(), left, this.#product());
    return left;
  }

  #product(): Value {
    let left = this.#factor();
    while (this.#peek() === '*' || this.#peek() === '/') left = combine(this.#take(), left, this.#factor());
    return left;
  }

  #factor(): Value {
    const token = this.#take();
    if (token === '-') return combine('*', -1, this.#factor());
    if (/^\d/.test(token)) return Number(token);
    if (token === '[') return this.#array();
    if (token === '(') {
      const value = this.#sum();
      this.#expect(')');
      return value;
    }
    if (this.#peek() === '(' && /^[A-Z]+$/.test(token)) return this.#call(token);
    const series = this.#seriesOf(token);
    if (series === undefined) throw this.#refuse(`'${token}'`);
    return series;
  }

  #array(): Value {
    const all = [this.#single(this.#sum())];
    while (this.#peek() === ',') {
      this.#take();
      all.push(this.#single(this.#sum()));
    }
    this.#expect(']');
    return all;
  }

  #single(value: Value): Series {
    if (value instanceof Map) return value;
    throw this.#refuse('a number or a list in place of a series');
  }

  #call(name: string): Value {
    this.#expect('(');
    const of = this.#sum();
    if (name === 'FILL') return this.#fill(this.#single(of));
    this.#expect(')');
    const reduce = reductions[name];
    if (reduce === undefined || typeof of === 'number') throw this.#refuse(`${name} of this`);
    if (of instanceof Map) return reduce([...of.values()]);
    return overSeries(of as readonly Series[], reduce);
  }

  #fill(series: Series): Series {
    this.#expect(',');
    const repeats = this.#peek() === 'REPEAT';
    const filler = repeats ? this.#take() : this.#sum();
    this.#expect(')');
    if (!repeats && typeof filler !== 'number') throw this.#refuse('this FILL');
    return fill(series, typeof filler === 'number' ? filler : undefined, this.#times);
  }
}

function split(expression: string): readonly string[] {
  const found: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < expression.trimEnd().length) {
    const from = tokens.lastIndex;
    const token = tokens.exec(expression)?.[1];
    if (token === undefined) throw refuse(expression, `'${expression.slice(from).trim().slice(0, 20)}'`);
    found.push(token);
  }
  return found;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const reductions: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: total,
  AVG: (values) => total(values) / values.length,
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
};

/** A list of series becomes one series. */
function overSeries(all: readonly Series[], reduce: (values: readonly number[]) => number): Series {
  const times = [...new Set(all.flatMap((series) => [...series.keys()]))];
  return new Map(times.map((time) => [time, reduce(all.flatMap((series) => series.get(time) ?? []))]));
}

function fill(series: Series, filler: number | undefined, times: readonly number[]): Series {
  let last: number | undefined;
  const filled: [number, number][] = [];
  for (const time of times) {
    last = series.get(time) ?? (filler === undefined ? last : filler);
    if (last !== undefined) filled.push([time, last]);
  }
  return new Map(filled);
}

/** A missing value is 0 between two series; a division by 0 has no value. */
function combine(operator: string, left: Value, right: Value): Value {
  if (Array.isArray(left) || Array.isArray(right)) {
    throw new AwsFailure('ValidationError', 'The simulated account does not model arithmetic with lists of series');
  }
  const [a, b] = [left as number | Series, right as number | Series];
  if (typeof a === 'number' && typeof b === 'number') return arithmetic(operator, a, b) ?? 0;
  const keys = [a, b].flatMap((value) => (typeof value === 'number' ? [] : [...value.keys()]));
  const at = (value: number | Series, time: number): number =>
    typeof value === 'number' ? value : (value.get(time) ?? 0);
  return new Map(
    [...new Set(keys)].flatMap((time): [number, number][] => {
      const value = arithmetic(operator, at(a, time), at(b, time));
      return value === undefined ? [] : [[time, value]];
    }),
  );
}

function arithmetic(operator: string, a: number, b: number): number | undefined {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return b === 0 ? undefined : a / b;
}
