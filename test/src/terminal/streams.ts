import { EventEmitter } from 'node:events';

/** A terminal's output in memory. */
export class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly writableLength = 0;
  columns: number;
  rows: number;
  text = '';

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string, ...rest: readonly unknown[]): boolean {
    this.text += text;
    const done = rest.find(argument => typeof argument === 'function') as (() => void) | undefined;
    if (done !== undefined) queueMicrotask(done);
    return true;
  }

  clear(): void {
    this.text = '';
  }

  asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

/** A keyboard in memory. */
export class FakeInput extends EventEmitter {
  readonly isTTY = true;
  raw = false;
  #pending: string | null = null;

  setRawMode(mode: boolean): this {
    this.raw = mode;
    return this;
  }

  setEncoding(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  read(): string | null {
    const text = this.#pending;
    this.#pending = null;
    return text;
  }

  type(text: string): void {
    this.#pending = text;
    this.emit('readable');
  }

  asStream(): NodeJS.ReadStream {
    return this as unknown as NodeJS.ReadStream;
  }
}
