/** The look of the HTML report: calm, light and dark as the reader has it, readable on paper. */
export const style = `
:root {
  --bg: #f5f6f8; --card: #ffffff; --ink: #1b2230; --soft: #566174; --line: #e2e6ed; --hair: #eaedf2; --link: #1f55c4;
  --pass: #17714a; --pass-fill: #d5efe1; --pass-edge: #43a877;
  --wait: #7d5406; --wait-fill: #fbeccb; --wait-edge: #dfa93a;
  --fail: #b0241b; --fail-fill: #fbdad7; --fail-edge: #d8483d;
  --act: #2450b5; --act-fill: #dbe6fc; --act-edge: #5c86e0;
  --undo: #6436a8; --undo-fill: #e8dcf8; --undo-edge: #946ad0;
  --plain: #566174; --plain-fill: #e6eaf0; --plain-edge: #9aa5b5;
  --canary: #f4b913; --gutter: 23rem; --shadow: 0 1px 2px #1b223014, 0 4px 16px #1b22300a;
  color-scheme: light dark;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --bg: #0f131a; --card: #171c25; --ink: #e6eaf1; --soft: #9ba7b8; --line: #2a313d; --hair: #272e3a; --link: #86aefb;
    --pass: #6fd3a1; --pass-fill: #163a2a; --pass-edge: #2f8a5d;
    --wait: #f0c46a; --wait-fill: #3d3013; --wait-edge: #a87c22;
    --fail: #ff938a; --fail-fill: #4b1d1b; --fail-edge: #d2554b;
    --act: #9dbcff; --act-fill: #1c2d55; --act-edge: #4a70c4;
    --undo: #c9a9f5; --undo-fill: #33234f; --undo-edge: #8159bb;
    --plain: #9ba7b8; --plain-fill: #29303c; --plain-edge: #5d687a;
    --shadow: 0 1px 2px #0006;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 3.5rem; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main { max-width: 88rem; margin: 0 auto; padding: 0 2rem; }
header { padding-top: 2.25rem; padding-bottom: 1.25rem; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 .75rem; color: var(--soft); font-size: .8125rem; letter-spacing: .02em; }
.brand i { width: .75rem; height: .75rem; border-radius: 50% 50% 50% 15%; background: var(--canary); }
h1 { margin: 0 0 .75rem; max-width: 56rem; font-size: 1.625rem; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.0625rem; font-weight: 650; }
h3 { margin: 1.75rem 0 .75rem; font-size: .875rem; font-weight: 650; }
p { margin: .5rem 0; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
code, pre, kbd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
a code { color: inherit; }
kbd { padding: 0 .3em; border: 1px solid var(--line); border-radius: 4px; background: var(--card); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.pass { color: var(--pass); } .wait { color: var(--wait); } .fail { color: var(--fail); } .act { color: var(--act); } .undo { color: var(--undo); } .plain { color: var(--plain); }
header.pass, header.wait, header.fail, header.act { color: inherit; }
.pills { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; }
.pill { padding: .1rem .65rem; border: 1px solid currentColor; border-radius: 99px; font-size: .8125rem; font-weight: 600; }
.pill.pass { background: var(--pass-fill); } .pill.wait { background: var(--wait-fill); } .pill.fail { background: var(--fail-fill); } .pill.act { background: var(--act-fill); }
nav { position: sticky; top: 0; z-index: 8; border-bottom: 1px solid var(--line); background: var(--bg); }
nav ul { display: flex; gap: 1.25rem; max-width: 88rem; margin: 0 auto; padding: .6rem 2rem; overflow-x: auto; list-style: none; font-size: .8125rem; white-space: nowrap; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--ink); text-decoration: underline; }
main { padding-top: 1.25rem; padding-bottom: 4rem; }
section { margin-bottom: 1.25rem; padding: 1.25rem 1.5rem 1.5rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); box-shadow: var(--shadow); }
dl { margin: 0; }
dl > div { display: grid; grid-template-columns: 10rem 1fr; gap: 1rem; padding: .4rem 0; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.why { display: block; padding-left: .9rem; border-left: 3px solid var(--fail-edge); white-space: pre-line; }
.next { display: block; white-space: pre-line; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem 2rem; }
dl.facts > div { display: block; padding: 0; }
.leftovers { margin: 0; padding: 0; list-style: none; }
.leftovers li + li { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.block { position: relative; }
pre { margin: .5rem 0; padding: .8rem 1rem; overflow: auto; max-height: 32rem; border: 1px solid var(--line); border-radius: 8px; background: var(--bg); white-space: pre-wrap; }
.js .block pre { padding-right: 5rem; }
.copy { position: absolute; top: .5rem; right: .5rem; }
button, input[type=search] { padding: .25rem .7rem; border: 1px solid var(--line); border-radius: 7px; background: var(--card); color: var(--ink); font: inherit; font-size: .8125rem; }
button { cursor: pointer; }
button:hover { border-color: var(--plain-edge); }
.live { display: none; }
.js .live { display: revert; }
.js .bar.live { display: flex; }
.bar { flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin-bottom: .75rem; font-size: .8125rem; }
.bar [role=group] { display: flex; gap: .25rem; }
.bar input[type=search] { flex: 1 1 16rem; max-width: 26rem; }
.bar label { display: inline-flex; align-items: center; gap: .3rem; }
.bar small, .hint, output { color: var(--soft); }
.hint { margin: 0; margin-left: auto; }
.cut { color: var(--soft); font-size: .8125rem; font-style: italic; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th { padding: .4rem .75rem .4rem 0; color: var(--soft); font-weight: 500; text-align: left; white-space: nowrap; }
td { padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--hair); vertical-align: top; overflow-wrap: break-word; }
.wide td:not(:last-child) { min-width: 4.5rem; } .wide td:first-child { min-width: 1.5rem; }
.wide + .wide, .wide + details, details + details { margin-top: 1rem; }
details + details { margin-top: .4rem; }
summary { cursor: pointer; font-size: .875rem; }
.answers { margin: .5rem 0 1rem; padding-left: 1.5rem; list-style: none; font-size: .8125rem; overflow-wrap: anywhere; }

.chart { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; font-size: .75rem; --zoom: 1; }
.js .chart { cursor: grab; }
.chart.held { cursor: grabbing; user-select: none; }
.plane { position: relative; width: calc(var(--gutter) + (100% - var(--gutter)) * var(--zoom)); }
.axis { display: flex; height: 5.1rem; }
.grid { position: absolute; inset: 0 0 0 var(--gutter); overflow: hidden; }
.tick { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--hair); padding: .35rem 0 0 .4rem; line-height: 1.3; white-space: nowrap; }
.tick b { display: block; font-weight: 600; }
.tick span { color: var(--soft); font-size: .6875rem; }
.flag { position: absolute; top: 2.7rem; bottom: 0; border-left: 1.5px dashed currentColor; }
.flag.row1 { top: 3.75rem; }
.flag span { display: block; padding: 0 .4rem; border-radius: 0 4px 4px 0; font-weight: 600; white-space: nowrap; line-height: 1.1rem; background: var(--plain-fill); color: var(--ink); }
.flag.late span { transform: translateX(-100%); border-radius: 4px 0 0 4px; }
.flag.act span { background: var(--act-fill); } .flag.fail span { background: var(--fail-fill); } .flag.wait span { background: var(--wait-fill); }
.group { position: relative; }
.title { height: 1.9rem; border-top: 1px solid var(--line); }
.title span { position: sticky; left: 0; z-index: 3; display: block; width: var(--gutter); height: 100%; padding: .5rem .75rem 0; border-right: 1px solid var(--line); background: var(--card); color: var(--soft); font-size: .6875rem; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
.lane { display: flex; height: 1.5rem; }
.group:last-child .lane:last-child { height: 2.1rem; }
.group:last-child .lane:last-child .name { align-items: flex-start; padding-top: .1rem; }
.lane:hover { background: color-mix(in srgb, var(--plain-fill) 35%, transparent); }
.name { position: sticky; left: 0; z-index: 3; flex: none; display: flex; align-items: center; gap: .5rem; width: var(--gutter); padding: 0 .75rem; border-right: 1px solid var(--line); background: var(--card); }
.name > span:first-child { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.end { max-width: 45%; overflow: hidden; text-overflow: ellipsis; font-size: .6875rem; white-space: nowrap; }
.track { position: relative; flex: 1; overflow: clip; }
.span, .dot { position: absolute; top: .2rem; height: 1.1rem; min-width: 3px; border: 1px solid; border-radius: 4px; color: var(--ink); text-decoration: none; overflow: hidden; }
.span span { display: inline-block; position: sticky; left: calc(var(--gutter) + .4rem); padding: 0 .4rem; font-size: .6875rem; line-height: 1rem; white-space: nowrap; }
.span { overflow: clip; }
.span.now { width: 6px; } .span.now span, .dot span, .ticks .span span { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
.span.pass, .dot.pass, .key.pass { background: var(--pass-fill); border-color: var(--pass-edge); }
.span.wait, .dot.wait, .key.wait { background: var(--wait-fill); border-color: var(--wait-edge); }
.span.fail, .dot.fail, .key.fail { background: var(--fail-fill); border-color: var(--fail-edge); }
.span.act, .dot.act, .key.act { background: var(--act-fill); border-color: var(--act-edge); }
.span.undo, .dot.undo, .key.undo { background: var(--undo-fill); border-color: var(--undo-edge); }
.span.plain, .dot.plain { background: var(--plain-fill); border-color: var(--plain-edge); }
.span.now.pass, .dot.pass { background: var(--pass-edge); } .span.now.wait, .dot.wait { background: var(--wait-edge); } .span.now.fail, .dot.fail { background: var(--fail-edge); } .span.now.act, .dot.act { background: var(--act-edge); } .span.now.undo { background: var(--undo-edge); } .span.now.plain, .dot.plain { background: var(--plain-edge); }
.dot { top: .5rem; width: .5rem; height: .5rem; margin-left: -.25rem; border-radius: 50%; }
.track i { position: absolute; top: .45rem; height: .6rem; min-width: 1px; background: var(--plain-edge); }
.span:hover, .dot:hover, .span:focus-visible, .dot:focus-visible { z-index: 2; filter: brightness(.94) saturate(1.3); outline-offset: -1px; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0; color: var(--soft); font-size: .75rem; }
.legend span { display: inline-flex; align-items: center; gap: .4rem; }
.key { width: .9rem; height: .7rem; border: 1px solid; border-radius: 3px; }
.hair { position: absolute; top: 0; bottom: 0; z-index: 1; border-left: 1px solid var(--soft); opacity: .5; pointer-events: none; }
#tip { position: fixed; z-index: 20; max-width: 30rem; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); box-shadow: 0 6px 24px #0003; font-size: .8125rem; line-height: 1.45; overflow-wrap: anywhere; pointer-events: none; }
#tip b { display: block; } #tip small { color: var(--soft); }

#events { content-visibility: auto; contain-intrinsic-size: auto 80vh; }
.events { max-height: 75vh; overflow: auto; border: 1px solid var(--line); border-radius: 8px; }
.events table { min-width: 52rem; table-layout: fixed; font-size: .8125rem; }
.events th { position: sticky; top: 0; padding: .5rem .75rem; background: var(--card); box-shadow: 0 1px var(--line); }
.events td { padding: .3rem .75rem; }
.events th:nth-child(1) { width: 6.2rem; } .events th:nth-child(2) { width: 5.8rem; } .events th:nth-child(3) { width: 5rem; } .events th:nth-child(4) { width: 26%; } .events th:nth-child(5) { width: 10.5rem; }
.events td:nth-child(-n+3) { color: var(--soft); font-variant-numeric: tabular-nums; }
.events tr:target { background: var(--act-fill); scroll-margin-top: 6rem; }
.events tr { scroll-margin-top: 6rem; }
[hidden] { display: none !important; }

@media (max-width: 48rem) {
  header, main { padding-left: 1rem; padding-right: 1rem; }
  nav ul { padding-left: 1rem; padding-right: 1rem; }
  section { padding: 1rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
  :root { --gutter: 9rem; }
  .wide table { min-width: 32rem; }
  .end { display: none; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { --bg: #fff; --shadow: none; --gutter: 13rem; }
  html { font-size: 12px; }
  body { font-size: .9375rem; }
  nav, .bar, .copy, #download { display: none !important; }
  section { break-inside: auto; border: 0; padding: 0; margin-bottom: 1.5rem; }
  #events { content-visibility: visible; }
  .chart, .events, .wide, pre { overflow: visible; max-height: none; }
  .plane { width: 100%; }
  .events table { min-width: 0; }
  .events th { position: static; }
  .span, .dot, .track i, .pill, .flag span, .key { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .lane, tr, li { break-inside: avoid; }
}
`;
