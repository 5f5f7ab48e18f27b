/**
 * What a report does by itself, as the text of its one script: it draws each trace from the samples beside it, and again when its buttons ask for
 * another stretch or gain. It knows no address and asks for nothing. `data-drawn` on the page's root tells how many are drawn.
 */
export const script = `
'use strict';
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const make = (name, attributes, text) => {
    const element = document.createElementNS(SVG, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const two = value => String(value).padStart(2, '0');
  const clock = seconds => {
    const whole = Math.round(seconds);
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return (h > 0 ? h + ':' : '') + two(m) + ':' + two(s);
  };
  const decode = ({ samples, channels }) => {
    const bytes = Int8Array.from(atob(samples), character => character.charCodeAt(0));
    const count = Math.floor(bytes.length / channels.length);
    return channels.map((_, n) => bytes.subarray(n * count, (n + 1) * count));
  };
  const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120];
  const left = 52, right = 8, row = 22, bands = 74;

  const draw = (figure, trace, rows, view) => {
    const width = Math.max(320, Math.min(1180, figure.clientWidth || 1100));
    const plot = width - left - right;
    const top = 6, channels = rows.length * row, height = top + channels + bands;
    const svg = make('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': figure.dataset.label });
    const x = seconds => left + (seconds - view.from) / view.seconds * plot;
    const clip = (start, end) => [Math.max(left, x(start)), Math.min(left + plot, x(end))];
    const stretches = (list, kind, y, tall) => {
      for (const one of list) {
        const [a, b] = clip(one.start, one.end);
        if (b <= a) continue;
        svg.append(make('rect', { class: 'ground-' + kind, x: a, y: top, width: b - a, height: channels }));
        svg.append(make('rect', { class: kind, x: a, y, width: b - a, height: tall }));
      }
    };
    const under = top + channels;
    stretches(trace.truth, 'truth', under + 5, 8);
    stretches(trace.prediction, 'prediction', under + 19, 8);
    svg.append(make('text', { x: 0, y: under + 13 }, 'truth'), make('text', { x: 0, y: under + 27 }, 'predicted'), make('text', { x: 0, y: under + 47 }, 'score'));
    rows.forEach((samples, n) => {
      const middle = top + (n + .5) * row;
      svg.append(make('text', { x: 0, y: middle + 4 }, trace.channels[n]));
      const scale = trace.step * trace.microvolts[n] / view.spacing * row;
      const parts = [];
      const first = Math.max(0, Math.floor((view.from - trace.start) * trace.rate));
      const last = Math.min(samples.length - 1, Math.ceil((view.from + view.seconds - trace.start) * trace.rate));
      const each = view.seconds * trace.rate / plot;
      const at = index => (left + (index / trace.rate + trace.start - view.from) / view.seconds * plot).toFixed(1);
      const y = sample => (middle - sample * scale).toFixed(1);
      if (each <= 2) for (let n = first; n <= last; n++) parts.push(at(n) + ' ' + y(samples[n]));
      // Lowest and highest of what falls on a pixel: no spike is lost.
      else for (let from = first; from <= last; from += each) {
        let low = 127, high = -128;
        for (let n = Math.floor(from); n < Math.min(last + 1, Math.floor(from + each)); n++) { low = Math.min(low, samples[n]); high = Math.max(high, samples[n]); }
        if (low <= high) parts.push(at(from) + ' ' + y(low), at(from) + ' ' + y(high));
      }
      if (parts.length > 1) svg.append(make('path', { d: 'M' + parts.join('L') }));
    });
    const scoreTop = under + 33, scoreTall = 20;
    const known = trace.scores.filter(score => score !== null);
    const [least, most] = [Math.min(trace.threshold, ...known), Math.max(trace.threshold, ...known)];
    const level = score => scoreTop + scoreTall * (most > least ? 1 - (score - least) / (most - least) : .5);
    svg.append(make('line', { class: 'threshold', x1: left, x2: left + plot, y1: level(trace.threshold), y2: level(trace.threshold) }));
    let d = '';
    trace.scores.forEach((score, n) => {
      const from = trace.start + n;
      if (score === null || from + 1 <= view.from || from >= view.from + view.seconds) { if (score === null) d += ' '; return; }
      const [a, b] = clip(from, from + 1);
      d += (d === '' || d.endsWith(' ') ? 'M' : 'L') + a.toFixed(1) + ' ' + level(score).toFixed(1) + 'L' + b.toFixed(1) + ' ' + level(score).toFixed(1);
    });
    if (d.trim() !== '') svg.append(make('path', { class: 'score', d: d.trim() }));
    const step = steps.find(one => one / view.seconds * plot >= 64) || 300;
    for (let tick = Math.ceil(view.from / step) * step; tick < view.from + view.seconds; tick += step) {
      svg.append(make('line', { x1: x(tick), x2: x(tick), y1: under + 56, y2: under + 60 }));
      if (x(tick) < left + plot - 34) svg.append(make('text', { x: x(tick) + 3, y: under + 68 }, step < 1 ? tick.toFixed(1) + ' s' : clock(tick)));
    }
    figure.querySelector('.scale').textContent = Math.round(view.seconds * 10) / 10 + ' s, ' + view.spacing + ' \\u00b5V a channel';
    const old = figure.querySelector('svg');
    if (old) old.replaceWith(svg); else figure.append(svg);
  };

  const gains = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
  const nearest = value => gains.find(gain => gain >= value) || 5000;
  const begin = figure => {
    const trace = JSON.parse(figure.querySelector('script').textContent);
    const rows = decode(trace);
    const all = rows[0].length / trace.rate;
    const sizes = rows.map((samples, n) => {
      const sorted = Array.from(samples.filter((_, at) => at % 7 === 0), Math.abs).sort((a, b) => a - b);
      return (sorted[Math.floor(sorted.length * .95)] || 0) * trace.step * trace.microvolts[n];
    }).sort((a, b) => a - b);
    const whole = { from: trace.start, seconds: all, spacing: nearest(2 * (sizes[sizes.length >> 1] || 10)) };
    const within = view => ({ ...view, from: Math.max(trace.start, Math.min(view.from, trace.start + all - view.seconds)) });
    const wide = figure.clientWidth < 600 ? 10 : 30;
    const event = within({ ...whole, seconds: Math.min(all, wide), from: Number(figure.dataset.start) - wide / 4 });
    let view = event;
    const show = next => { view = within({ ...next, seconds: Math.max(1, Math.min(all, next.seconds)) }); draw(figure, trace, rows, view); };
    const middle = seconds => ({ ...view, seconds, from: view.from + (view.seconds - seconds) / 2 });
    const gain = by => ({ ...view, spacing: gains[Math.max(0, Math.min(gains.length - 1, gains.indexOf(view.spacing) + by))] });
    const acts = {
      earlier: () => ({ ...view, from: view.from - view.seconds / 2 }), later: () => ({ ...view, from: view.from + view.seconds / 2 }),
      closer: () => middle(view.seconds / 2), wider: () => middle(view.seconds * 2),
      smaller: () => gain(1), larger: () => gain(-1), event: () => event, all: () => whole,
    };
    figure.querySelector('.controls').hidden = false;
    figure.addEventListener('click', ({ target }) => { const act = acts[target.dataset && target.dataset.act]; if (act) show(act()); });
    let known = figure.clientWidth;
    addEventListener('resize', () => { if (figure.clientWidth !== known) { known = figure.clientWidth; show(view); } });
    show(view);
  };

  const figures = [...document.querySelectorAll('figure[data-start]')];
  const root = document.documentElement;
  let drawn = 0;
  root.dataset.drawn = '0';
  const next = () => {
    const figure = figures[drawn];
    if (!figure) return;
    try { begin(figure); } catch (error) { figure.querySelector('.scale').textContent = 'This trace could not be drawn: ' + error.message; root.dataset.failed = String(Number(root.dataset.failed || 0) + 1); }
    drawn += 1;
    root.dataset.drawn = String(drawn);
    setTimeout(next, 0);
  };
  next();
})();
`;
