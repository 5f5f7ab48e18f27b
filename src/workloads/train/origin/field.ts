/** A field of brain-go-brr-v2's configs: which of its values can be honoured here, and what becomes of them. */
import { editCommand, type Located } from '../../../config/located.ts';
import type { Place, Schema } from '../../../config/schema.ts';
import { type UserError, usageError } from '../../../errors/errors.ts';

/** kept: the same here. changed: something else does its work. ignored: nothing here depends on it. */
export type Fate = 'kept' | 'changed' | 'ignored';

export type OriginField = {
  /** As the origin writes it: "training.batch_size". */
  readonly field: string;
  readonly fate: Fate;
  /** The field here that it decides. */
  readonly to?: string;
  readonly why: string;
  /** Which values cannot be honoured. */
  readonly refused?: string;
  /** Throws for those. */
  readonly read: Schema<unknown>;
  /** What the origin takes where a file says nothing. */
  readonly unsaid?: unknown;
  /** Nothing of the origin read it. */
  readonly dead?: true;
};

export type FieldInit = Omit<OriginField, 'fate' | 'read'> & { readonly read?: Schema<unknown> };

/** The plain value that stands there. */
const plain = (node: Located): unknown => {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
};

const field =
  (fate: Fate) =>
  (init: FieldInit): OriginField => ({ read: plain, ...init, fate });

export const kept = field('kept');
export const changed = field('changed');
export const ignored = field('ignored');

/** `instead` says what to write. */
export const cannot = (at: Place, line: number, why: string, instead: string): UserError =>
  usageError(`${at.file}:${line}: ${at.path} cannot be honoured here`, `${why}; ${instead}`, editCommand(at.file, line));

const found = (node: Located): string => JSON.stringify(plain(node));

/** One of these values, and no other. */
export const only =
  (values: readonly unknown[], why: string, instead: string): Schema<unknown> =>
  (node, at) => {
    const value = plain(node);
    if (values.includes(value)) return value;
    throw cannot(at, node.line, `found ${found(node)}: ${why}`, instead);
  };

/** What `schema` takes and `fits` agrees to. */
export const where =
  <T>(schema: Schema<T>, fits: (value: T) => boolean, why: string, instead: string): Schema<T> =>
  (node, at) => {
    const value = schema(node, at);
    if (fits(value)) return value;
    throw cannot(at, node.line, `found ${found(node)}: ${why}`, instead);
  };
