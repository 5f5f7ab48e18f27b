/** What is used of `yaml`, as a module of its own to load late: bundlers give a dynamically imported CommonJS package no names. */
export { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
