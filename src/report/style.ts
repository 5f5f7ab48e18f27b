/** How every report looks: light and dark, narrow and wide, on paper. A report adds what only it has. */
export const baseStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #59636e; --line: #d5dbe1; --panel: #f5f7f9;
  --ok: #1a7f37; --mark: #9a6700; --link: #0b63b5; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --text: #e3e7eb; --quiet: #9aa5b1; --line: #343b43; --panel: #1c2025;
  --ok: #56c271; --mark: #e3b341; --link: #6cb6ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .4rem 0; max-width: 60rem; }
a { color: var(--link); }
.quiet, caption small { color: var(--quiet); }
.mark { color: var(--mark); border: 1px solid currentColor; border-radius: .25rem; padding: 0 .35rem; margin-left: .5rem; font-size: .8rem;
  font-weight: 600; white-space: nowrap; }
.note { border-left: 3px solid var(--mark); padding-left: .75rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .925rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0 .5rem; min-width: min(26rem, calc(100vw - 2rem)); max-width: calc(100vw - 2rem); }
caption .mark { white-space: nowrap; }
th, td { padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th[scope=row] { font-weight: 500; min-width: 6.5rem; }
thead th { color: var(--quiet); font-weight: 500; white-space: nowrap; }
.figure { text-align: right; white-space: nowrap; }
td:last-child, th:last-child { padding-right: .25rem; }
.best th { font-weight: 700; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; min-width: 0; }
figure { margin: 1.5rem 0; padding: .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem;
  break-inside: avoid; }
figcaption { display: flex; flex-wrap: wrap; gap: .15rem 1rem; align-items: baseline; margin-bottom: .5rem; }
figure svg { display: block; width: 100%; height: auto; }
a:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--quiet); font-size: .875rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } figure { padding: .5rem; } body { padding: 1rem .75rem 3rem; } }
@media print { :root { --ground: #fff; --text: #000; --quiet: #444; --line: #bbb; --panel: #fff; --mark: #7a5200; --link: #000; }
  body { max-width: none; font-size: 11px; padding: 0; } figure { border: 0; padding: 0; } .scroll { overflow: visible; } }
`;
