import { inspect } from 'node:util';

/** A password or token that neither `JSON.stringify`, string building nor `console.log` gives away. */
export interface Secret {
  reveal(): string;
}

export function secret(value: string): Secret {
  const hidden = () => '(secret)';
  return Object.defineProperties(
    { reveal: () => value },
    {
      toString: { value: hidden },
      toJSON: { value: hidden },
      [inspect.custom]: { value: hidden },
    },
  );
}
