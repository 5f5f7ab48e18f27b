/** Nothing that is put into a template becomes markup. */
import { expect, test } from 'vitest';
import { escaped, html, json } from '../../../src/report/html.ts';

test('text is escaped in elements and attributes, HTML stays, what is absent is nothing', () => {
  const name = `<script>alert("1" & '2')</script>`;
  expect(html`<p title="${name}">${name}${html`<b>${1}</b>`}${undefined}${false}${['<', html`>`]}</p>`.html).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;<b>1</b>&lt;></p>',
  );
});

test('control characters, halves of pairs, and what turns the direction of a text are replaced', () => {
  expect(escaped('a\u0000b\u001b[31mc\u202ed\ud800e\u2066f\ttab 日本')).toBe('a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf\ttab 日本');
});

test('JSON in a script ends no element', () => {
  const text = json({ name: '</script><!--' }).html;
  expect(text).not.toContain('<');
  expect(JSON.parse(text)).toEqual({ name: '</script><!--' });
});
