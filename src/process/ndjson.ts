/** Files of one record a line that one process appends to while others read. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { fileMode } from './files.ts';

export type Tail = { readonly lines: readonly string[]; readonly offset: number };

const newline = 10;
const ordinaryRead = 1 << 20;
/** A line longer than this is no record of ours; it is cut here so that reading goes on. */
const longestLine = 16 << 20;

const openToRead = (file: string): number | undefined => {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const readAt = (descriptor: number, offset: number, length: number): Buffer => {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
};

const upToLastNewline = (descriptor: number, offset: number, available: number, limit: number): Buffer => {
  for (let length = Math.min(available, limit); ; length = Math.min(available, length * 2)) {
    const chunk = readAt(descriptor, offset, length);
    const end = chunk.lastIndexOf(newline);
    if (end >= 0) return chunk.subarray(0, end + 1);
    if (length >= longestLine) return chunk;
    if (length >= available) return chunk.subarray(0, 0);
  }
};

/**
 * Whole lines from `offset` (bytes) on, about `limit` bytes of them, and the offset to go on from.
 * A last line without its newline is left for the next call. A file that does not exist is empty.
 */
export const readLines = (file: string, offset: number, limit: number = ordinaryRead): Tail => {
  const descriptor = openToRead(file);
  if (descriptor === undefined) return { lines: [], offset };
  try {
    const available = fstatSync(descriptor).size - offset;
    if (available <= 0) return { lines: [], offset };
    const chunk = upToLastNewline(descriptor, offset, available, limit);
    if (chunk.length === 0) return { lines: [], offset };
    const text = chunk.toString('utf8');
    return { lines: (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'), offset: offset + chunk.length };
  } finally {
    closeSync(descriptor);
  }
};

export const openToAppend = (file: string): number => openSync(file, 'a', fileMode);

/**
 * Appends one record in one write, which O_APPEND keeps whole between writers. Returns its bytes. Throws what the file system throws (a full disk,
 * say), and then the file is as it was: of a record that fits in part only, nothing stays.
 */
export const appendRecord = (descriptor: number, record: unknown): number => {
  const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
  const before = fstatSync(descriptor).size;
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    ftruncateSync(descriptor, before);
    throw error;
  }
  return bytes.length;
};

/** Ends a line that a killed writer left torn, so that the next record starts on its own line. True when there was one. */
export const closeTornTail = (file: string): boolean => {
  const reading = openToRead(file);
  if (reading === undefined) return false;
  try {
    const { size } = fstatSync(reading);
    if (size === 0 || readAt(reading, size - 1, 1)[0] === newline) return false;
  } finally {
    closeSync(reading);
  }
  const descriptor = openToAppend(file);
  try {
    writeSync(descriptor, '\n');
  } finally {
    closeSync(descriptor);
  }
  return true;
};
