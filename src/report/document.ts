/** A page that needs nothing but itself. Pure. */
import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';

export type ReportDocument = {
  /** By this the program knows a report of its own again. */
  readonly generator: string;
  readonly title: string;
  readonly style: string;
  /** Absent: no script runs at all. */
  readonly script?: string;
  /** What stands between the tags of the body. */
  readonly body: Html;
};

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded from anywhere, nothing is sent, and no other script or style runs than the ones that are in here. */
const policyOf = ({ script, style }: ReportDocument): string =>
  `default-src 'none'; script-src ${script === undefined ? "'none'" : hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;

/** The whole file. */
export const reportDocument = (document: ReportDocument): string => {
  const { generator, title, style, script, body } = document;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: policyOf(document) }}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="generator" content="${generator}"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ html: style }}</style></head><body>
${body}${
  script !== undefined &&
  html`
<script>${{ html: script }}</script>`
}</body></html>
`.html;
};
